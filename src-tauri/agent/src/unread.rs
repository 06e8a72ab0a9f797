//! A reply that is handed on as it came, or read in part: nobody waits until a thousand connections have been read whole.

use connect_core::contract::view::Failure;
use serde::{Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::wire;

/// A `T` that nobody here has read yet.
#[derive(Clone, Debug)]
pub struct Unread<T> {
    method: &'static str,
    form: Form<T>,
}

#[derive(Clone, Debug)]
enum Form<T> {
    /// As it came from an agent.
    Text(Box<RawValue>),
    /// As this process made it.
    Value(T),
}

/// What is read of a `Whole`: some of its fields.
pub trait PartOf<Whole>: DeserializeOwned {
    fn of(whole: Whole) -> Self;
}

impl<Whole, Part: PartOf<Whole>> PartOf<Vec<Whole>> for Vec<Part> {
    fn of(whole: Vec<Whole>) -> Self {
        whole.into_iter().map(Part::of).collect()
    }
}

impl<T> Unread<T> {
    /// The answer to `method` as it came from an agent.
    pub(crate) fn text(method: &'static str, text: Box<RawValue>) -> Self {
        Self { method, form: Form::Text(text) }
    }

    pub(crate) fn value(method: &'static str, value: T) -> Self {
        Self { method, form: Form::Value(value) }
    }

    /// Reads all of it.
    ///
    /// # Errors
    /// [`Code::Unexpected`](connect_core::explain::Code::Unexpected) where an agent of another version answers another
    /// thing.
    pub fn whole(self) -> Result<T, Failure>
    where
        T: DeserializeOwned,
    {
        match self.form {
            Form::Text(text) => wire::read(self.method, &text),
            Form::Value(value) => Ok(value),
        }
    }

    /// Reads some of it.
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

/// To whoever reads it, it is what it holds.
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
