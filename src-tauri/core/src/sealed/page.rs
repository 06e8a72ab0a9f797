//! The page for whoever has the rights: one file without anything from elsewhere, with the guide for that very org and
//! two fields whose content leaves them sealed.
//!
//! What is the same comes out the same, byte for byte: who asked can have the file again, and its SHA-256.

mod pictures;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::number;
use crate::{
    contract::view::AdminRequestView,
    guide::{self, Note, Step, StepId, Value, Variant},
    org::address::Address,
};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = concat!(include_str!("page/seal.js"), "\n", include_str!("page/form.js"));

/// The steps that whoever has the rights goes through.
const STEPS: [StepId; 5] = [StepId::Open, StepId::Details, StepId::Oauth, StepId::Security, StepId::Copy];

/// What the guide says of this program, and what the page says in its place: the admin has a browser and nothing else.
pub(super) const OF_THIS_PROGRAM: [(&str, &str); 3] = [
    (
        " Here the waiting is done for you: go on and copy the values meanwhile.",
        " Go on and copy the values meanwhile.",
    ),
    (
        " Rotate key and secret in the menu of the connection leads you through that, as dtx rotate does on a terminal.",
        "",
    ),
    ("begin again with the right address.", "tell whoever asked you."),
];

/// What the script reads of the request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfRequest<'a> {
    id: &'a str,
    number: &'a str,
    host: &'a str,
    /// In seconds since 1970.
    expires: i64,
    public_key: &'a str,
    asked_by: &'a str,
}

/// The name that the file of a request has, unless another is asked for.
pub fn file_name(request: &AdminRequestView) -> String {
    format!("datatrax-request-{}.html", number(&request.id))
}

/// The page of a request to the admin of this org.
pub fn html(request: &AdminRequestView, org: &Address) -> String {
    let number = number(&request.id);
    let of_request = OfRequest {
        id: &request.id,
        number: &number,
        host: &request.host,
        expires: request.expires_at.unix_timestamp(),
        public_key: &request.public_key,
        asked_by: &request.asked_by,
    };
    // A `<` in the data would end its element.
    let data = serde_json::to_string(&of_request).unwrap_or_default().replace('<', "\\u003c");
    let practice = if org.is_practice() { "<p class=\"practice\">PRACTICE</p>\n" } else { "" };
    let last = (STEPS.len() + 1).to_string();
    let parts = [
        ("script-sum", sum(SCRIPT)),
        ("style-sum", sum(STYLE)),
        ("number", number.clone()),
        ("host", text(&request.host)),
        ("words", text(&org.words())),
        ("asked-by", text(&request.asked_by)),
        ("until", until(request.expires_at)),
        ("file", text(&file_name(request))),
        ("practice", practice.to_owned()),
        ("guide", guide_of(org)),
        ("last", last),
        ("request", data),
        ("style", STYLE.to_owned()),
        ("script", SCRIPT.to_owned()),
    ];
    filled(PAGE, &parts)
}

/// The template with each `[name]` replaced, in one pass: what is put in is never looked through.
fn filled(template: &str, parts: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('[') {
        filled.push_str(before);
        let found = after.split_once(']').and_then(|(name, beyond)| {
            parts.iter().find(|(known, _)| *known == name).map(|(_, part)| (part, beyond))
        });
        rest = if let Some((part, beyond)) = found {
            filled.push_str(part);
            beyond
        } else {
            filled.push('[');
            after
        };
    }
    filled.push_str(rest);
    filled
}

/// The hash of a script or style as a policy names it.
fn sum(source: &str) -> String {
    STANDARD.encode(Sha256::digest(source))
}

/// A text as HTML shows it.
fn text(plain: &str) -> String {
    let mut escaped = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn until(at: OffsetDateTime) -> String {
    format!("{} {:02}:{:02} UTC", at.date(), at.hour(), at.minute())
}

/// The guide's steps for this org.
fn guide_of(org: &Address) -> String {
    let steps = guide::steps(Some(org));
    let wanted = STEPS.iter().filter_map(|id| steps.iter().find(|step| step.id == id.word()));
    wanted.zip(1..).map(|(step, place)| section(step, place)).collect()
}

fn section(step: &Step, place: usize) -> String {
    let actions = list("ol", &step.actions);
    let values: String = step.values.iter().map(value).collect();
    let notes: String = step.notes.iter().map(note).collect();
    let variants: String = step.variants.iter().map(variant).collect();
    let figures: String = step
        .pictures
        .iter()
        .filter_map(|picture| {
            let source = STANDARD.encode(pictures::of(&picture.name)?);
            let (alt, caption) = (text(&picture.alt), text(&picture.caption));
            Some(format!(
                "<figure><img alt=\"{alt}\" src=\"data:image/webp;base64,{source}\"><figcaption>{caption}</figcaption></figure>\n"
            ))
        })
        .collect();
    let title = text(&step.title);
    format!("<section>\n<h2>{place}. {title}</h2>\n{actions}{values}{figures}{notes}{variants}</section>\n")
}

fn list(kind: &str, lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("<li>{}</li>\n", text(line))).collect();
    format!("<{kind}>\n{}</{kind}>\n", lines.concat())
}

/// A value: to be chosen, to be followed, or to be copied.
fn value(value: &Value) -> String {
    let Value { label, value, hint, tick } = value;
    let (label, shown) = (text(label), text(value));
    let hint = hint.as_ref().map(|hint| format!("<br><span class=\"quiet\">{}</span>", text(hint)));
    let hint = hint.unwrap_or_default();
    if *tick {
        return format!("<p><span class=\"label\">{label}</span>{shown}{hint}</p>\n");
    }
    let is_address = value.starts_with("https://") || value.starts_with("http://");
    if is_address && !value.contains('\n') {
        let link = format!("<a href=\"{shown}\" target=\"_blank\" rel=\"noreferrer\">{shown}</a>");
        return format!("<p><span class=\"label\">{label}</span>{link}{hint}</p>\n");
    }
    let rows = value.lines().count();
    format!(
        "<div><span class=\"label\">{label}</span><textarea readonly rows=\"{rows}\" aria-label=\"{label}\">{shown}</textarea>\
         <button type=\"button\" data-copies>Copy {label}</button> <span role=\"status\"></span>{hint}</div>\n"
    )
}

/// A sentence of the guide, for somebody without this program.
pub(super) fn for_admin(sentence: &str) -> String {
    OF_THIS_PROGRAM.iter().fold(sentence.to_owned(), |words, (of_us, of_them)| words.replace(of_us, of_them))
}

fn note(note: &Note) -> String {
    format!("<p><strong>{}</strong> {}</p>\n", text(&note.title), text(&for_admin(&note.text)))
}

fn variant(variant: &Variant) -> String {
    let values: String = variant.values.iter().map(value).collect();
    let (when, action) = (text(&variant.when), text(&for_admin(&variant.action)));
    format!("<details><summary>{when}</summary>\n<p>{action}</p>\n{values}</details>\n")
}
