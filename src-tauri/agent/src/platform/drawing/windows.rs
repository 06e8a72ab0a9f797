//! Windows: the environment has no say in how WebView2 draws.

pub const USUALLY: &[(&str, &str)] = &[];
pub const PLAINLY: &[(&str, &str)] = &[];
