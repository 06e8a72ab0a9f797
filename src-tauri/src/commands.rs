//! The commands that the page may call, a file for each subject. One that only forwards a request has that request's
//! answer.

#![expect(clippy::needless_pass_by_value, reason = "a Tauri command gets its arguments by value")]

mod admin;
mod connections;
mod help;
mod pages;
mod practice;
mod set_up;
mod sign_in;
mod vault;
mod window;

use connect_core::contract::{intent::Request, view::Failure};

pub(crate) use self::{
    admin::*, connections::*, help::*, pages::*, practice::*, set_up::*, sign_in::*, vault::*, window::*,
};

type Answer<T> = Result<T, Failure>;

/// The answer to a forwarded request.
type Reply<R> = Answer<<R as Request>::Reply>;
