//! macOS: the environment has no say in how the web view draws.

pub const USUALLY: &[(&str, &str)] = &[];
pub const PLAINLY: &[(&str, &str)] = &[];
