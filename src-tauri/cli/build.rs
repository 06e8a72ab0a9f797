//! Keeps a library out of the start of every command.

use std::env;

/// What unwinds the stack, which a program ends without: the library that holds it, and the look through it, take a command such as
/// `dtx token` a tenth of its time. It is in the program instead. GCC, which links the program, has it both ways.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |what: &str, value: &str| env::var(what).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}
