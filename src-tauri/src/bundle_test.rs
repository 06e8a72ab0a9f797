//! The bundle for macOS, which only a Mac can make.

use serde_json::Value;

fn lay_over(all: &mut Value, over: Value) {
    match (all, over) {
        (Value::Object(all), Value::Object(over)) => {
            for (name, value) in over {
                lay_over(all.entry(name).or_insert(Value::Null), value);
            }
        }
        (all, over) => *all = over,
    }
}

#[test]
fn tauri_knows_every_word_of_what_is_said_of_it() {
    let mut all: Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
    lay_over(&mut all, serde_json::from_str(include_str!("../packaging/macos/bundle.json")).unwrap());
    let known: tauri::Config = serde_json::from_value(all).expect("Tauri's bundler reads it so");
    assert!(known.bundle.active && known.bundle.macos.files.len() == 1, "{:?}", known.bundle.macos.files);
}
