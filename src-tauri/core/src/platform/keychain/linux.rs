//! Linux: any program with the Secret Service API on the session bus.

mod bus;
mod exchange;
mod prompt;
mod secret_service;
mod service;

pub(super) use self::secret_service::SecretService as System;
use super::LABEL;
