//! The page's types, written from the view types. `UPDATE_BINDINGS=1 cargo test -p connect-core bindings` renews them.

use std::{collections::BTreeMap, fs, path::Path};

use ts_rs::{Config, ExportError, TS};

use crate::{
    contract::{intent, view},
    guide,
};

fn write_all(folder: &Path) -> Result<(), ExportError> {
    let config = Config::new().with_out_dir(folder);
    guide::Step::export_all(&config)?;
    view::AttemptStarted::export_all(&config)?;
    view::CallbackAudit::export_all(&config)?;
    view::ConnectionDetail::export_all(&config)?;
    view::Copied::export_all(&config)?;
    view::Disconnected::export_all(&config)?;
    view::Findings::export_all(&config)?;
    view::LeavingView::export_all(&config)?;
    view::Notice::export_all(&config)?;
    view::Understanding::export_all(&config)?;
    view::VaultView::export_all(&config)?;
    view::Change::export_all(&config)?;
    intent::Pasted::export_all(&config)?;
    intent::Connect::export_all(&config)?;
    intent::Protect::export_all(&config)?;
    intent::Reconnect::export_all(&config)
}

fn read_all(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path());
    files
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

#[test]
fn the_pages_types_are_current() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings");
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        let _ = fs::remove_dir_all(&committed);
        write_all(&committed).unwrap();
    }
    let fresh = tempfile::tempdir().unwrap();
    write_all(fresh.path()).unwrap();
    assert!(
        read_all(fresh.path()) == read_all(&committed),
        "src-tauri/core/bindings is stale: UPDATE_BINDINGS=1 cargo test -p connect-core bindings"
    );
}
