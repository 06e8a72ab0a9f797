//! Says bytes to the agent as no client would, for the tests of its pipe on Windows: a program of Linux cannot open one.
//!
//! Prints the name of the pipe. Then the parts of each line of standard input are said on a connection of its own, with a line
//! awaited between two of them, and printed is what came back until the agent hung up: all in hexadecimal digits.

use std::{
    error::Error,
    fs::OpenOptions,
    io::{Read as _, Write as _, stdin, stdout},
};

use connect_core::platform::home::Home;

fn main() -> Result<(), Box<dyn Error>> {
    let home = Home::from_environment()?;
    writeln!(stdout(), "{}", home.socket().name().display())?;
    for line in stdin().lines() {
        let mut pipe = OpenOptions::new().read(true).write(true).open(home.socket().name())?;
        let mut heard = Vec::new();
        // The agent may hang up early, and ends a pipe with an error.
        for (place, part) in line?.split(' ').enumerate() {
            let mut byte = if place == 0 { *b"\n" } else { [0] };
            while byte != *b"\n" && pipe.read(&mut byte).is_ok_and(|read| read > 0) {
                heard.extend(byte);
            }
            let _ = pipe.write_all(&bytes(part)?);
        }
        let _ = pipe.read_to_end(&mut heard);
        for byte in heard {
            write!(stdout(), "{byte:02x}")?;
        }
        writeln!(stdout())?;
    }
    Ok(())
}

fn bytes(digits: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let two = digits.as_bytes().chunks(2);
    two.map(|two| Ok(u8::from_str_radix(std::str::from_utf8(two)?, 16)?)).collect()
}
