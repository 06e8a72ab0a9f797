//! Scripts around `dtx`: the JSON they rely on, and programs that nobody here wrote with the tokens it hands out.

mod python;
mod scripts;
