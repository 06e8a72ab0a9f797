//! `by_turns ROUNDS PROGRAM… -- PROGRAM…`: starts the programs by turns, each with its arguments, and prints a line a round with how long
//! each took from its start to its end, in microseconds. For `./dev bench windows`: from outside of a Wine its own start would be measured.

use std::{
    env,
    error::Error,
    io::{Write as _, stdout},
    process::{Command, Stdio},
    time::Instant,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (rounds, programs) = arguments.split_first().ok_or("rounds and programs")?;
    let programs: Vec<&[String]> = programs.split(|word| word == "--").collect();
    for _ in 0..rounds.parse()? {
        for program in &programs {
            let (program, arguments) = program.split_first().ok_or("a program")?;
            let mut command = Command::new(program);
            command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let started = Instant::now();
            let status = command.status()?;
            let took = started.elapsed();
            if !status.success() {
                return Err(format!("{program}: {status}").into());
            }
            write!(stdout(), "{} ", took.as_micros())?;
        }
        writeln!(stdout())?;
    }
    Ok(())
}
