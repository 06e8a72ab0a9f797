//! Secrets at a terminal: asked for hidden, and taken off the screen where they land in plain sight.

use connect_tests::{Desk, Terminal, one_at_a_time, org};

use crate::terminal_guide::{COPY, FIRST, OTHER_SECRET, do_steps, paste, sign_in, walk};

#[tokio::test]
async fn a_wrong_secret_alone_is_asked_for_again_and_hidden() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut terminal = walk(&desk, &org);
    do_steps(&mut terminal, FIRST, COPY).await;
    paste(&mut terminal, &org.key(), OTHER_SECRET).await;
    terminal.sees("The other value stays as it is.").await;
    terminal.sees("Consumer Secret (not shown").await;
    terminal.types(&org.secret()).await;
    terminal.sees("The Consumer Secret belongs to the Consumer Key.").await;
    sign_in(&mut terminal, &org).await;
    let shown = terminal.ended().await;
    assert!(shown.contains("(exit status: 0)"), "with the key as it was: {shown}");
    assert_eq!(shown.matches("Consumer Key: ").count(), 1, "the key is asked for once: {shown}");
    assert!(
        !shown.contains(&org.secret()) && !shown.contains(OTHER_SECRET),
        "and no secret is seen: {shown}"
    );
}

/// Whoever types `--secret-stdin` at a terminal is asked, and not left to wait in plain sight.
#[tokio::test]
async fn a_secret_that_comes_from_standard_input_is_asked_for_hidden_where_that_is_a_terminal() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let options = "--secret-stdin --no-browser";
    let mut terminal =
        Terminal::start(&desk, &format!("dtx connect {} --key {} {options}", org.address(), org.key()));
    terminal.sees("Consumer Secret (not shown").await;
    terminal.types(&org.secret()).await;
    terminal.sees("Open this address in a browser").await;
    terminal.interrupts().await;
    let shown = terminal.ended().await;
    assert!(!shown.contains(&org.secret()), "it is not seen: {shown}");
}

/// What stands on a screen of so many columns after all of this was written to it.
fn screen(written: &str, columns: usize) -> String {
    let (mut lines, mut row, mut column) = (vec![Vec::new()], 0, 0);
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        match character {
            '\r' => column = 0,
            '\n' => {
                row += 1;
                column = 0;
            }
            '\x1b' => {
                let is_over = |letter: &char| *letter != 'A' && *letter != 'K';
                let sequence: String = characters.by_ref().take_while(is_over).collect();
                // The letter that ended it was taken with it.
                match sequence.as_str() {
                    "[1" => row -= 1.min(row),
                    "[2" => lines[row].clear(),
                    other => panic!("neither one row up nor this row cleared: {other:?}"),
                }
            }
            other => {
                if column == columns {
                    row += 1;
                    column = 0;
                }
                lines.resize(lines.len().max(row + 1), Vec::new());
                let line: &mut Vec<char> = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = other;
                column += 1;
            }
        }
    }
    lines.into_iter().map(String::from_iter).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_secret_that_lands_at_a_question_in_plain_sight_is_taken_off_the_screen() {
    let _turn = one_at_a_time();
    let (mut desk, org) = (Desk::new(), org().await);
    desk.set("NO_COLOR", "1");
    for (columns, question) in [(40, "> "), (80, "> "), (80, "Consumer Key: ")] {
        let command = format!("stty cols {columns}; TERM=xterm dtx connect {} --no-browser", org.address());
        let mut terminal = Terminal::start(&desk, &command);
        if question != "> " {
            do_steps(&mut terminal, FIRST, COPY).await;
        }
        terminal.sees(question).await;
        terminal.types(OTHER_SECRET).await;
        terminal.sees("so it was taken off").await;
        terminal.sees(question).await;
        terminal.interrupts().await;
        let written = terminal.ended().await;
        assert!(written.contains('\x1b'), "{columns}: something was drawn: {written:?}");
        let seen: String = screen(&written, columns).split_whitespace().collect();
        assert!(!seen.contains("0123456789ABCDEF"), "{question} at {columns} columns: {seen}");
        assert!(seen.contains("soitwastakenoff"), "{seen}");
    }
}
