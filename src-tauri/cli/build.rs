//! Keeps what no command needs out of the start of each.

use std::env;

/// What unwinds the stack, which a program ends without: the library that holds it, and the look through it, take a command such as
/// `dtx token` a tenth of its time. It is in the program instead. GCC, which links the program, has it both ways.
///
/// `lean` is a program that starts without Rust's own start (`connect-start`). It wants a system's library that tells a program its
/// arguments also then.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(lean)");
    let is = |what: &str, value: &str| env::var(what).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
        println!("cargo::rustc-cfg=lean");
    }
}
