//! XML as Salesforce writes its metadata: one element a line, four spaces for each level.

use std::fmt::Write;

/// The namespace of all metadata.
const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// A document under construction.
pub(super) struct Document {
    root: &'static str,
    text: String,
    depth: usize,
}

impl Document {
    pub(super) fn of(root: &'static str) -> Self {
        let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{NAMESPACE}\">\n");
        Self { root, text, depth: 1 }
    }

    /// An element with text in it.
    pub(super) fn element(&mut self, name: &str, text: &str) {
        let (indent, text) = (self.depth * 4, escaped(text));
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{:indent$}<{name}>{text}</{name}>", "");
    }

    /// An element with elements in it.
    pub(super) fn group(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        let indent = self.depth * 4;
        let _ = writeln!(self.text, "{:indent$}<{name}>", "");
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        let _ = writeln!(self.text, "{:indent$}</{name}>", "");
    }

    pub(super) fn end(self) -> String {
        format!("{}</{}>\n", self.text, self.root)
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            _ => escaped.push(one),
        }
    }
    escaped
}
