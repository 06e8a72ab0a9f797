//! Runs the toolkit's build step.

fn main() {
    tauri_build::build();
}
