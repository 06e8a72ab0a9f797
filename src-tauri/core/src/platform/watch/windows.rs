//! Windows: told as not heard, so that it is looked at now and then.

use std::{io, path::PathBuf};

pub(super) async fn change(_: &[PathBuf], _: &[PathBuf]) -> io::Result<()> {
    std::future::ready(Err(io::Error::from(io::ErrorKind::Unsupported))).await
}
