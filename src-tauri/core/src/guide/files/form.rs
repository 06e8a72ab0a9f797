//! What the guide has somebody enter into the form of a new app, by the labels of Setup.

use crate::{
    guide::{self, StepId, Value},
    org::address::Address,
};

/// The labels under which the guide lists boxes that are to be checked in the end.
const CHECKED: [&str; 2] = ["Check", "Stays checked"];

/// The values of the form's steps.
pub(super) struct Form(Vec<Value>);

impl Form {
    pub(super) fn of(org: &Address) -> Self {
        let in_form = [StepId::Details, StepId::Oauth, StepId::Security].map(StepId::word);
        let steps = guide::steps(Some(org)).into_iter().filter(|step| in_form.contains(&step.id.as_str()));
        Self(steps.flat_map(|step| step.values).collect())
    }

    /// The value to enter into the field with this label.
    pub(super) fn value(&self, label: &str) -> &str {
        self.0.iter().find(|value| value.label == label).map_or("", |value| value.value.as_str())
    }

    /// Whether the box with this label is to be checked.
    pub(super) fn is_checked(&self, label: &str) -> bool {
        self.0.iter().any(|value| value.value == label && CHECKED.contains(&value.label.as_str()))
    }

    /// All values, for the test that none is left out.
    #[cfg(test)]
    pub(super) fn values(&self) -> &[Value] {
        &self.0
    }
}
