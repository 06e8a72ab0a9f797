//! A reply that is handed on unparsed, or read in part, so that a thousand connections need not be parsed whole.

use connect_core::contract::view::Failure;
use serde::{Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::wire;

/// A `T` that is not parsed yet.
#[derive(Clone, Debug)]
pub struct Unread<T> {
    method: &'static str,
    form: Form<T>,
}

#[derive(Clone, Debug)]
enum Form<T> {
    /// The text that came from an agent.
    Text(Box<RawValue>),
    /// The value that this process made.
    Value(T),
}

/// A part of `Whole`: some of its fields.
pub trait PartOf<Whole>: DeserializeOwned {
    fn of(whole: Whole) -> Self;
}

impl<Whole, Part: PartOf<Whole>> PartOf<Vec<Whole>> for Vec<Part> {
    fn of(whole: Vec<Whole>) -> Self {
        whole.into_iter().map(Part::of).collect()
    }
}

impl<T> Unread<T> {
    /// The answer to `method`, as it came from an agent.
    pub(crate) fn text(method: &'static str, text: Box<RawValue>) -> Self {
        Self { method, form: Form::Text(text) }
    }

    pub(crate) fn value(method: &'static str, value: T) -> Self {
        Self { method, form: Form::Value(value) }
    }

    /// Parses the whole reply.
    ///
    /// # Errors
    /// [`Code::Unexpected`](connect_core::explain::Code::Unexpected) where an agent of another version answers in
    /// another shape.
    pub fn whole(self) -> Result<T, Failure>
    where
        T: DeserializeOwned,
    {
        match self.form {
            Form::Text(text) => wire::read(self.method, &text),
            Form::Value(value) => Ok(value),
        }
    }

    /// Parses some fields of the reply, and leaves the rest.
    ///
    /// # Errors
    /// As [`Unread::whole`].
    pub fn into_part<Part: PartOf<T>>(self) -> Result<Part, Failure> {
        match self.form {
            Form::Text(text) => wire::read(self.method, &text),
            Form::Value(value) => Ok(Part::of(value)),
        }
    }

    /// As [`Unread::into_part`], of a reply that is needed further.
    ///
    /// # Errors
    /// As [`Unread::whole`].
    pub fn part<Part: PartOf<T>>(&self) -> Result<Part, Failure>
    where
        T: Clone,
    {
        match &self.form {
            Form::Text(text) => wire::read(self.method, text),
            Form::Value(value) => Ok(Part::of(value.clone())),
        }
    }
}

impl<T: Serialize> Serialize for Unread<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.form {
            Form::Text(text) => text.serialize(serializer),
            Form::Value(value) => value.serialize(serializer),
        }
    }
}

/// An `Unread<T>` has the type of `T` for its readers.
#[cfg(feature = "types")]
impl<T: ts_rs::TS + 'static> ts_rs::TS for Unread<T> {
    type WithoutGenerics = T::WithoutGenerics;
    type OptionInnerType = T::OptionInnerType;

    fn name(config: &ts_rs::Config) -> String {
        T::name(config)
    }

    fn inline(config: &ts_rs::Config) -> String {
        T::inline(config)
    }

    fn visit_generics(visitor: &mut impl ts_rs::TypeVisitor) {
        visitor.visit::<T>();
    }
}
