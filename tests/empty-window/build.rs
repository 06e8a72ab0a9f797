//! The toolkit's own preparation.

fn main() {
    tauri_build::build();
}
