//! Texts to compare two ways of reading them by.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{property::PIECES, secrets::PLANTED};
use crate::explain::causes::{self, At};

/// Everything that a text is searched for, as the table of causes has it.
pub(in crate::paste) fn known() -> Vec<String> {
    let signs =
        causes::PLACES.into_iter().flat_map(|place| causes::at(place).iter().map(move |sign| (place, sign)));
    let said = |(place, sign): (At, &'static causes::Sign)| {
        let is_alone = matches!(place, At::Elsewhere | At::Computer) && sign.errors.is_empty();
        let says = sign.says.iter().filter(move |said| is_alone && !said.is_empty());
        let errors = sign.errors.iter().map(|error| error.replace('*', "ed"));
        errors.chain(says.map(|said| said.split('…').next().unwrap_or(said).to_owned()))
    };
    signs.flat_map(said).collect()
}

/// Any text: pieces of secrets and of errors, also in capitals and broken by a line's end, and anything between them.
pub(in crate::paste) fn any_text() -> impl Strategy<Value = String> {
    let broken = (
        select(known()),
        any::<bool>(),
        0..30_usize,
        select(&["", "", "\n", "\r\n", "\n  ", "\r", "_", "-"][..]),
    );
    let broken = broken.prop_map(|(known, is_large, at, end)| {
        let mut text = if is_large { known.to_uppercase() } else { known };
        if text.is_char_boundary(at) {
            text.insert_str(at, end);
        }
        text
    });
    let planted: Vec<&str> = PLANTED.iter().map(|(text, ..)| *text).collect();
    let piece = prop_oneof![
        4 => select(PIECES).prop_map(str::to_owned),
        2 => select(planted).prop_map(str::to_owned),
        3 => broken,
        2 => "[a-zA-Z0-9._~!%-]{1,40}",
        2 => "[ =:>\"'\n\t_-]{1,14}",
        1 => "\\PC{0,8}",
    ];
    // Where a block begins, and how far off the end is, decides nothing.
    (0..70_usize, vec(piece, 0..40), select(&[0, 0, 1, 40, 200][..])).prop_map(|(before, pieces, behind)| {
        format!("{}{}{}", "x".repeat(before), pieces.concat(), " .".repeat(behind))
    })
}
