//! Does nothing: what a start costs that does no work. `./dev bench windows` holds `dtx token` against it.

fn main() {}
