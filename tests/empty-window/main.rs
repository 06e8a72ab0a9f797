//! An empty window of the toolkit: what the window of Datatrax Connect is measured against.

#![expect(clippy::unwrap_used, reason = "a program that ends when it cannot")]

fn main() {
    tauri::Builder::default().run(tauri::generate_context!()).unwrap();
}
