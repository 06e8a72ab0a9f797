//! An empty window of the toolkit, to which the window of Datatrax Connect is compared.

#![expect(clippy::unwrap_used, reason = "ends on any error")]

fn main() {
    tauri::Builder::default().run(tauri::generate_context!()).unwrap();
}
