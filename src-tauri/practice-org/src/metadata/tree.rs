//! XML as a small tree of elements, and text put into XML.

use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesRef, Event};

/// The deepest nesting that is read. A package has three levels, an envelope five.
const DEEPEST: usize = 16;

/// An element by its name without a prefix.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The document's one element.
    ///
    /// # Errors
    /// Why the text is no XML that can be read.
    pub(super) fn read(document: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(document);
        reader.config_mut().expand_empty_elements = true;
        let mut open: Vec<Self> = Vec::new();
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(start) => {
                    if open.len() == DEEPEST {
                        return Err("it is nested too deep".to_owned());
                    }
                    let name = start.local_name().into_inner().to_owned();
                    open.push(Self { name, ..Self::default() });
                }
                Event::End(_) => {
                    let Some(ended) = open.pop() else { return Err("an end without a beginning".to_owned()) };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(ended),
                        None => return Ok(ended),
                    }
                }
                Event::Text(text) => push(&mut open, &text.xml10_content()),
                Event::CData(text) => push(&mut open, &text.xml10_content()),
                Event::GeneralRef(reference) => push(&mut open, &resolved(&reference)?),
                Event::DocType(_) => return Err("it has a document type".to_owned()),
                Event::Eof => return Err("it ends too early".to_owned()),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text without the space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The text of a child; nothing when it is not there.
    pub(super) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", Self::text)
    }
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// A character by its number, or one of the five that XML itself names.
fn resolved(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    resolve_predefined_entity(&name).map(str::to_owned).ok_or_else(|| format!("&{name}; is not known"))
}

/// `<NAME>TEXT</NAME>`.
pub(super) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_by_name_with_their_text() {
        let document = "<?xml version=\"1.0\"?><!-- c --><s:a xmlns:s=\"x\"><b> R&amp;D &#60;x&gt;\n<![CDATA[ & ]]></b><c/></s:a>";
        let read = Element::read(document).unwrap();
        assert_eq!((read.name.as_str(), read.text_of("b")), ("a", "R&D <x>\n &"), "{read:?}");
        assert!(read.child("c").is_some() && read.child("d").is_none(), "{read:?}");
        assert_eq!(element("b", "R&D <x>"), "<b>R&amp;D &lt;x&gt;</b>", "and written");
    }

    #[test]
    fn what_is_no_plain_xml_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(DEEPEST + 1), "</a>".repeat(DEEPEST + 1));
        for broken in
            ["", "x", "<a>", "<a></b>", "<!DOCTYPE a []><a/>", "<a>&b;</a>", "<a>&#xD800;</a>", &deep]
        {
            assert!(Element::read(broken).is_err(), "{broken}");
        }
    }
}
