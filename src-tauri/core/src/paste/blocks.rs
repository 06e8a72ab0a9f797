//! What kinds of bytes a text has, 64 at a time and one bit for each: with a few sums over them nearly all of a long text is
//! passed over, and its bytes are looked at once.

/// As many bytes as a mask has bits.
pub(super) const LENGTH: usize = 64;
/// As many bytes as are read at a time: each kind has so many bits of a number beside those of the others.
const READ: usize = 16;

/// What stands in the next 64 bytes of a text. The lowest bit is the first of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block {
    pub(super) start: usize,
    /// What words are made of.
    pub(super) words: u64,
    /// Letters of ASCII.
    pub(super) letters: u64,
    /// What may stand within a token or a key.
    pub(super) keys: u64,
    /// Marks that give the value behind them to the name before them.
    pub(super) assigns: u64,
    /// What the names of secrets end with.
    pub(super) ends_of_names: u64,
}

/// The blocks of a text, and one at its end that is not full.
pub(super) fn of(text: &str) -> impl Iterator<Item = Block> {
    let (full, rest) = text.as_bytes().as_chunks::<LENGTH>();
    let mut last = [b' '; LENGTH];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    (0..=full.len()).map(move |index| Block::at(index * LENGTH, full.get(index).unwrap_or(&last)))
}

impl Block {
    fn at(start: usize, bytes: &[u8; LENGTH]) -> Self {
        let (mut words, mut letters, mut keys, mut telling) = (0, 0, 0, 0);
        for part in bytes.as_chunks::<READ>().0.iter().rev() {
            let kinds = kinds_of(part);
            let add = |mask: u64, kind: u32| mask << READ | (kinds >> kind & u64::from(u16::MAX));
            (words, letters) = (add(words, WORD), add(letters, LETTER));
            (keys, telling) = (add(keys, KEY), add(telling, TELLING));
        }
        Self { start, words, letters, keys, assigns: telling & !keys, ends_of_names: telling & keys }
    }
}

/// Where the bits of each kind begin.
const WORD: u32 = 0;
const LETTER: u32 = 16;
const KEY: u32 = 32;
/// Of a key an end of a name, of all others a mark that assigns.
const TELLING: u32 = 48;

/// The kinds of each byte.
const KINDS: [u64; 256] = {
    let mut all = [0; 256];
    let mut byte = 0_u8;
    loop {
        let is_of_key =
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-' | b'!' | b'%');
        // Small or not, and what may join the words of a name.
        let ends_names = matches!(
            byte.to_ascii_lowercase(),
            b'a' | b'c' | b'd' | b'e' | b'n' | b'o' | b'p' | b'r' | b't' | b'w' | b'_' | b'-'
        );
        let assigns = matches!(byte, b'=' | b':' | b'>');
        all[byte as usize] = ((byte.is_ascii_alphanumeric() || !byte.is_ascii()) as u64) << WORD
            | (byte.is_ascii_alphabetic() as u64) << LETTER
            | (is_of_key as u64) << KEY
            | ((ends_names || assigns) as u64) << TELLING;
        if byte == u8::MAX {
            break all;
        }
        byte += 1;
    }
};

/// The kinds of some bytes: of each kind the lowest bit is the first of them.
fn kinds_of(bytes: &[u8; READ]) -> u64 {
    let of = |at: usize| KINDS[usize::from(bytes[at])] << at;
    of(0)
        | of(1)
        | of(2)
        | of(3)
        | of(4)
        | of(5)
        | of(6)
        | of(7)
        | of(8)
        | of(9)
        | of(10)
        | of(11)
        | of(12)
        | of(13)
        | of(14)
        | of(15)
}

fn is(byte: u8, kind: u32) -> bool {
    KINDS[usize::from(byte)] >> kind & 1 == 1
}

/// Whether a byte belongs to a word; letters beyond ASCII do.
pub(super) fn is_of_word(byte: u8) -> bool {
    is(byte, WORD)
}

/// Whether a byte may stand within a token or a key.
pub(super) fn is_of_key(byte: u8) -> bool {
    is(byte, KEY)
}

/// Whether a mark gives the value behind it to the name before it.
pub(super) fn assigns(byte: u8) -> bool {
    is(byte, TELLING) && !is_of_key(byte)
}

/// Each set bit of a mask, from the lowest on.
pub(super) fn bits(mut mask: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros());
        mask &= mask.wrapping_sub(1);
        bit
    })
}
