//! A package as it was sent: its manifest, and its components with their elements.

use std::collections::BTreeMap;

use super::kind::{Holds, Kind, OF_APP, Of};
use super::tree::Element;
use super::zip;
use crate::rest;
use crate::world::deploys::Message;

pub(super) const MANIFEST: &str = "package.xml";
const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// A component with the texts of its elements.
pub(super) struct Component {
    pub(super) kind: &'static Kind,
    pub(super) full_name: String,
    values: BTreeMap<String, String>,
    /// What is wrong with it by itself.
    pub(super) problem: Option<String>,
}

/// Reads the zip of a deploy.
///
/// # Errors
/// What is wrong with the package as a whole: one message for each reason.
pub(super) fn read(zip: &[u8]) -> Result<Vec<Component>, Vec<Message>> {
    let files = zip::files(zip)
        .map_err(|why| vec![of_manifest(&format!("PRACTICE: the zip cannot be read, {why}"))])?;
    // ASSUMES: deploy-texts
    let manifest = files.get(MANIFEST).ok_or_else(|| vec![of_manifest("No package.xml found")])?;
    let manifest = Element::read(manifest).map_err(|why| vec![of_manifest(&not_parsed(&why))])?;
    if !rest::is_version(&format!("v{}", manifest.text_of("version"))) {
        return Err(vec![of_manifest("PRACTICE: this org has no such API version")]);
    }
    let mut messages = Vec::new();
    let mut named = Vec::new();
    for types in manifest.children.iter().filter(|child| child.name == "types") {
        let name = types.text_of("name");
        let Some(kind) = Kind::named(name) else {
            messages.push(of_manifest(&format!(
                "PRACTICE: package.xml names {name}, a type that this org does not know"
            )));
            continue;
        };
        let members = types.children.iter().filter(|child| child.name == "members").map(Element::text);
        named.extend(members.filter(|member| *member != "*").map(|member| (kind, member.to_owned())));
    }
    let mut components = Vec::new();
    for (kind, full_name) in named {
        match files.get(&kind.file(&full_name)) {
            Some(text) => components.push(Component::read(kind, full_name, text)),
            None => messages.push(Message {
                of: kind.name.to_owned(),
                full_name: full_name.clone(),
                ..of_manifest(&format!(
                    "An object '{full_name}' of type {} was named in package.xml, but was not found in zipped directory",
                    kind.name
                ))
            }),
        }
    }
    for (path, text) in files.iter().filter(|(path, _)| *path != MANIFEST) {
        let known = Kind::of_file(path);
        let Some((kind, full_name)) = known else {
            messages.push(Message {
                file: path.clone(),
                ..of_manifest("PRACTICE: this org deploys External Client Apps alone")
            });
            continue;
        };
        let is_read = |one: &Component| one.kind.of == kind.of && one.full_name == full_name;
        if !components.iter().any(is_read) {
            let mut component = Component::read(kind, full_name.to_owned(), text);
            component.problem = Some("Not in package.xml".to_owned());
            components.push(component);
        }
    }
    if messages.is_empty() { Ok(components) } else { Err(messages) }
}

/// A message about the manifest.
fn of_manifest(problem: &str) -> Message {
    Message { problem: Some(problem.to_owned()), ..about_manifest() }
}

/// The manifest's own message, which every deploy has.
pub(super) fn about_manifest() -> Message {
    let (full_name, file) = (MANIFEST.to_owned(), MANIFEST.to_owned());
    Message { of: String::new(), full_name, file, id: None, created: false, problem: None }
}

fn not_parsed(why: &str) -> String {
    format!("Error parsing file: {why}")
}

impl Component {
    fn read(kind: &'static Kind, full_name: String, text: &str) -> Self {
        let (values, problem) = match values(kind, text) {
            Ok(values) => (values, None),
            Err(problem) => (BTreeMap::new(), Some(problem)),
        };
        Self { kind, full_name, values, problem }
    }

    /// The text of an element, when it is there.
    pub(super) fn get(&self, element: &str) -> Option<&str> {
        self.values.get(element).map(String::as_str)
    }

    pub(super) fn text(&self, element: &str) -> String {
        self.get(element).unwrap_or_default().to_owned()
    }

    /// Whether a box is ticked, where it is said.
    pub(super) fn truth(&self, element: &str) -> Option<bool> {
        self.get(element).map(|text| text == "true")
    }

    /// The API name of the app that it is about.
    pub(super) fn app(&self) -> &str {
        if self.kind.of == Of::App { &self.full_name } else { self.get(OF_APP).unwrap_or_default() }
    }

    pub(super) fn refuse(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

/// The elements of a component.
///
/// # Errors
/// What is wrong with the first that cannot be taken.
fn values(kind: &Kind, text: &str) -> Result<BTreeMap<String, String>, String> {
    let root = Element::read(text).map_err(|why| not_parsed(&why))?;
    if root.name != kind.name {
        return Err(not_parsed(&format!("PRACTICE: {} stands where {} belongs", root.name, kind.name)));
    }
    let mut values = BTreeMap::new();
    for child in &root.children {
        let (name, text) = (child.name.as_str(), child.text());
        let holds = kind.holds(name).ok_or_else(|| {
            not_parsed(&format!(
                "Element {{{NAMESPACE}}}{name} invalid at this location in type {}",
                kind.name
            ))
        })?;
        taken(holds, name, text)?;
        if !child.children.is_empty() && !matches!(holds, Holds::NotHere) {
            return Err(not_parsed(&format!("PRACTICE: {name} holds text alone")));
        }
        if values.insert(name.to_owned(), text.to_owned()).is_some() {
            return Err(not_parsed(&format!("PRACTICE: {name} stands there twice")));
        }
    }
    let missing = kind.needed().find(|name| values.get(*name).is_none_or(String::is_empty));
    missing.map_or(Ok(values), |name| Err(format!("Required field is missing: {name}")))
}

/// Whether an element can hold this text.
// ASSUMES: deploy-texts, deploy-not-here
fn taken(holds: Holds, name: &str, text: &str) -> Result<(), String> {
    let of_type = |kind: &str| format!("'{text}' is not a valid value for the type {kind}");
    match holds {
        Holds::Text | Holds::Needed => Ok(()),
        Holds::Truth if ["true", "false"].contains(&text) => Ok(()),
        Holds::Truth => Err(of_type("xsd:boolean")),
        Holds::Number if text.is_empty() || text.parse::<u32>().is_ok() => Ok(()),
        Holds::Number => Err(of_type("xsd:int")),
        Holds::OneOf(_, values) | Holds::NeededOneOf(_, values) if values.contains(&text) => Ok(()),
        Holds::OneOf(of, _) | Holds::NeededOneOf(of, _) => {
            Err(format!("'{text}' is not a valid value for the enum '{of}'"))
        }
        Holds::NotHere if ["", "false"].contains(&text) => Ok(()),
        Holds::NotHere => Err(format!("PRACTICE: this org cannot keep {name}")),
    }
}
