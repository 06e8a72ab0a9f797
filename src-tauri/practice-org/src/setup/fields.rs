//! The fields of Setup's forms, with their labels, help and errors.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::http::pages::escape;

/// Why fields were refused, by field name.
pub(super) type Errors = BTreeMap<&'static str, String>;

/// The error of an empty field.
pub(super) const COMPLETE: &str = "Complete this field.";

/// A field of one line, or of several.
pub(super) struct Text<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) value: &'a str,
    pub(super) required: bool,
    /// Further attributes of the input.
    pub(super) more: &'static str,
    /// The help below the field.
    pub(super) help: &'static str,
    /// The number of lines, if several.
    pub(super) lines: Option<u8>,
}

impl<'a> Text<'a> {
    pub(super) fn new(name: &'static str, label: &'static str, value: &'a str) -> Self {
        Self { name, label, value, required: false, more: "", help: "", lines: None }
    }

    pub(super) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(super) fn with(self, more: &'static str) -> Self {
        Self { more, ..self }
    }

    pub(super) fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    pub(super) fn lines(self, lines: u8) -> Self {
        Self { lines: Some(lines), ..self }
    }

    pub(super) fn html(&self, errors: &Errors) -> String {
        let Self { name, label, more, .. } = self;
        let value = escape(self.value);
        let (described, below) = below(name, self.help, errors);
        let required = if self.required { " required" } else { "" };
        let input = match self.lines {
            Some(rows) => format!(
                "<textarea id=\"{name}\" name=\"{name}\" rows=\"{rows}\" spellcheck=\"false\"{required}{described} {more}>\n{value}</textarea>"
            ),
            None => {
                format!("<input id=\"{name}\" name=\"{name}\" value=\"{value}\"{required}{described} {more}>")
            }
        };
        let class = if errors.contains_key(name) { "field invalid" } else { "field" };
        format!("<div class=\"{class}\">{}{input}{below}</div>\n", label_for(name, label, self.required))
    }
}

/// A field with a list to choose one from: pairs of value and label.
pub(super) fn select(
    name: &'static str,
    label: &'static str,
    choices: &[(&str, &str)],
    chosen: &str,
    required: bool,
) -> String {
    let options = choices.iter().fold(String::new(), |mut html, (value, label)| {
        let mark = if *value == chosen { " selected" } else { "" };
        let _ = write!(html, "<option value=\"{value}\"{mark}>{label}</option>");
        html
    });
    format!(
        "<div class=\"field\">{}<select id=\"{name}\" name=\"{name}\">{options}</select></div>\n",
        label_for(name, label, required)
    )
}

/// A box to tick.
pub(super) fn tick(name: &str, label: &str, on: bool) -> String {
    let mark = if on { " checked" } else { "" };
    format!(
        "<div class=\"tick\"><input type=\"checkbox\" id=\"{name}\" name=\"{name}\" value=\"1\"{mark}>\
         <label for=\"{name}\">{label}</label></div>\n"
    )
}

/// A ticked box that is locked.
pub(super) fn locked_tick(name: &str, label: &str) -> String {
    format!(
        "<div class=\"tick\"><input type=\"checkbox\" id=\"{name}\" checked disabled>\
         <label for=\"{name}\">{label}</label></div>\n"
    )
}

/// A box that can only be read.
pub(super) fn shown_tick(label: &str, on: bool) -> String {
    let (mark, words) = if on { ("on", "Checked") } else { ("off", "Not Checked") };
    format!(
        "<div class=\"shown\"><dt>{label}</dt><dd><span class=\"box {mark}\" role=\"img\" aria-label=\"{words}\"></span></dd></div>\n"
    )
}

/// A value that can only be read.
pub(super) fn shown(label: &str, value: &str) -> String {
    format!("<div class=\"shown\"><dt>{label}</dt><dd>{}</dd></div>\n", escape(value))
}

/// A section that opens and closes.
pub(super) fn section(id: &str, title: &str, open: bool, body: &str) -> String {
    let open = if open { " open" } else { "" };
    format!(
        "<details class=\"section\" id=\"{id}\"{open}><summary><h2>{title}</h2></summary>\n<div class=\"inside\">{body}</div></details>\n"
    )
}

/// The list above a refused form: its wrong fields, as links to them.
pub(super) fn summary(errors: &Errors, labels: &[(&str, &str)]) -> String {
    if errors.is_empty() {
        return String::new();
    }
    let items = labels.iter().filter(|(name, _)| errors.contains_key(name)).fold(
        String::new(),
        |mut html, (name, label)| {
            let _ = write!(html, "<li><a href=\"#{name}\">{label}</a></li>");
            html
        },
    );
    format!(
        "<div class=\"snag\" role=\"alert\" id=\"snag\" tabindex=\"-1\" autofocus><h2>We hit a snag.</h2>\
         <p>Review the following fields</p><ul>{items}</ul></div>\n"
    )
}

fn label_for(name: &str, label: &str, required: bool) -> String {
    let star = if required { "<abbr title=\"required\" aria-hidden=\"true\">*</abbr> " } else { "" };
    format!("<label for=\"{name}\">{star}{label}</label>")
}

/// The attributes that tie help and error to the field, and the HTML of both.
fn below(name: &str, help: &str, errors: &Errors) -> (String, String) {
    let mut ids = Vec::new();
    let mut html = String::new();
    if let Some(error) = errors.get(name) {
        ids.push(format!("{name}-error"));
        let _ = write!(html, "<p class=\"error\" id=\"{name}-error\">{}</p>", escape(error));
    }
    if !help.is_empty() {
        ids.push(format!("{name}-help"));
        let _ = write!(html, "<p class=\"help\" id=\"{name}-help\">{help}</p>");
    }
    let invalid = if errors.contains_key(name) { " aria-invalid=\"true\"" } else { "" };
    let described =
        if ids.is_empty() { String::new() } else { format!(" aria-describedby=\"{}\"", ids.join(" ")) };
    (format!("{invalid}{described}"), html)
}
