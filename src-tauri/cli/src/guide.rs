//! `dtx guide`: the guide as text, and the text of one step.

use connect_core::{
    contract::view::Failure,
    guide::{self, Step, Value},
};
use serde::Serialize;

use crate::{output, text::Page};

/// The most lines of a value: the callback block, the longest of the form, has no more.
const MOST_LINES: usize = 8;

/// The output of `guide --json`.
#[derive(Serialize)]
struct Printed<'a> {
    steps: Vec<PrintedStep<'a>>,
}

#[derive(Serialize)]
struct PrintedStep<'a> {
    #[serde(flatten)]
    step: &'a Step,
    /// The name of the first of the step's `pictures`.
    picture: Option<&'a str>,
}

impl<'a> From<&'a Step> for PrintedStep<'a> {
    fn from(step: &'a Step) -> Self {
        Self { step, picture: step.pictures.first().map(|picture| picture.name.as_str()) }
    }
}

pub(crate) fn guide(step: Option<&str>, json: bool) -> Result<u8, Failure> {
    let all = guide::steps(None);
    let wanted = all.iter().filter(|each| step.is_none_or(|wanted| each.id == wanted));
    if json {
        output::json(&Printed { steps: wanted.map(Into::into).collect() })?;
        return Ok(0);
    }
    let page = Page::stdout();
    let texts = wanted.map(|step| {
        let heading = heading(page, guide::place(&all, &step.id), &step.title);
        [heading, body(page, step, Long::Shown), variants(page, step)].concat()
    });
    output::line(texts.collect::<Vec<_>>().join("\n").trim_end());
    Ok(0)
}

/// `Step 2 of 8. Fill in the app details`, and an empty line.
pub(crate) fn heading(page: Page, (number, count): (usize, usize), title: &str) -> String {
    format!("{}\n\n", page.heading(&format!("Step {number} of {count}. {title}")))
}

/// Whether the text holds values of many lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Long {
    Shown,
    Named,
}

/// The step's text: what to do and why, what to enter, what must not be missed. Ends with an empty line.
pub(crate) fn body(page: Page, step: &Step, long: Long) -> String {
    let actions = step.actions.iter().zip(1..);
    let actions: Vec<_> =
        actions.map(|(action, number)| page.wrapped(&format!("{number}. "), action)).collect();
    let mut blocks = vec![actions.join("\n"), page.wrapped("", &step.why)];
    let values = step.values.iter().filter(|value| long == Long::Shown || !is_long(value));
    blocks.extend(values.map(|each| value(page, each)));
    blocks.extend(
        step.notes.iter().map(|note| {
            [page.heading(&note.title), "\n".to_owned(), page.wrapped("  ", &note.text)].concat()
        }),
    );
    blocks.push(page.wrapped("", &format!("Done when: {}", step.proof.text)));
    ended(&blocks)
}

/// Whether a value is too long to stand in the text.
pub(crate) fn is_long(value: &Value) -> bool {
    value.value.lines().count() > MOST_LINES
}

/// The text for a screen that looks different: empty, or ending with an empty line.
pub(crate) fn variants(page: Page, step: &Step) -> String {
    if step.variants.is_empty() {
        return String::new();
    }
    let mut blocks = vec![page.heading("If your screen looks different")];
    for variant in &step.variants {
        let told = [page.wrapped("- ", &variant.when), "\n".to_owned(), page.wrapped("  ", &variant.action)];
        blocks.push(told.concat());
        blocks.extend(variant.values.iter().map(|each| value(page, each)));
    }
    ended(&blocks)
}

/// The value on lines of its own, without indent, so that it can be copied whole.
pub(crate) fn value(page: Page, value: &Value) -> String {
    let Value { label, value, hint, .. } = value;
    let hint = hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{}\n{value}", page.labelled(label, &hint))
}

fn ended(blocks: &[String]) -> String {
    format!("{}\n\n", blocks.join("\n\n"))
}
