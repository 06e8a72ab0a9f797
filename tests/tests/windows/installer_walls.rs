//! The installer for Windows: what it does not let in.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use crate::installing::{
    Built, CLASS, Computer, WEB_VIEW, all_files, compile, forged, own, parts, put, sign, succeeds,
};

/// Windows puts a link in the place of `%1`, whatever stands in it.
#[test]
fn a_link_is_one_argument_unless_it_breaks_out_of_its_quotes_and_then_it_is_several() {
    let computer = Computer::new();
    computer.install("1.0.0");
    let command = computer.value(&format!(r"{CLASS}\shell\open\command"), "").unwrap();
    let link = "com.getdatatrax.connect://auth/salesforce/callback?code=a";
    for (link, arguments) in [
        (link.to_owned(), format!("<{link}>")),
        (format!("{link} --settings & calc %TEMP% ^| x"), format!("<{link} --settings & calc %TEMP% ^| x>")),
        (format!("{link}\" --settings \""), format!("<{link}> <--settings> <>")),
    ] {
        put(computer.temp("line"), command.replace("%1", &link));
        let before = computer.log().len();
        succeeds(computer.command(computer.folder().join("dtx.exe")).arg("start"));
        assert_eq!(computer.log()[before..], [format!("1.0.0 datatrax-connect.exe {arguments}")]);
    }
}

#[test]
fn libraries_beside_the_installer_or_in_the_working_folder_are_not_loaded() {
    let computer = Computer::new();
    let downloads = computer.0.path().join("downloads");
    fs::create_dir(&downloads).unwrap();
    let installer = downloads.join("setup.exe");
    fs::copy(Built::once().installer("1.0.0"), &installer).unwrap();
    // Those that installers have been caught loading; Wine's own programs need the rest for themselves.
    let libraries = ["version", "shfolder", "urlmon", "wintrust", "propsys", "ntmarta", "apphelp", "dwmapi"];
    for library in libraries {
        compile("planted.c", &downloads.join(library).with_extension("dll"), &["-shared"]);
    }
    let preferred: String = libraries.map(|library| format!(";*{library}=n,b")).concat();
    let overrides = format!("mscoree=;mshtml=;winemenubuilder.exe={preferred}");
    // Without a runtime the installer goes as far as it ever does.
    computer.registry(&["delete", WEB_VIEW, "/f"]);
    let run = |program: &Path| {
        let mut command = computer.command(program);
        command.arg("/S").env("WINEDLLOVERRIDES", &overrides).current_dir(&downloads);
        succeeds(&mut command);
        computer.temp("planted").exists()
    };
    assert!(!run(&installer), "the installer has loaded one");
    assert_eq!(computer.files(), all_files(), "it has done its work");
    compile("careless.c", &downloads.join("careless.exe"), &[]);
    assert!(run(&downloads.join("careless.exe")), "a program that asks by name alone would have");
}

#[test]
fn what_is_fetched_is_started_only_if_microsoft_has_signed_it() {
    let computer = Computer::new();
    let place = computer.0.path().join("verdict");
    fs::create_dir(&place).unwrap();
    let mut nsis = Command::new("makensis");
    nsis.arg("-V1").arg(format!("-DOUT={}", place.join("verdict.exe").display())).arg("-NOCD");
    succeeds(nsis.arg(own("verdict.nsi")).current_dir(parts()));
    let is_microsofts = |file: &str| {
        let path = format!("Z:{}", place.join(file).display()).replace('/', "\\");
        let ended = computer.command(place.join("verdict.exe")).arg(path).status().unwrap();
        assert!(matches!(ended.code(), Some(0 | 1)), "{file}: {ended}");
        ended.success()
    };
    let microsofts = fs::read(loader()).unwrap();
    put(place.join("microsofts.dll"), &microsofts);
    assert!(is_microsofts("microsofts.dll"), "what Microsoft has signed");
    let mut altered = microsofts;
    altered[5000] ^= 1;
    put(place.join("altered.dll"), altered);
    assert!(!is_microsofts("altered.dll"), "with one bit altered");
    fs::copy(Built::once().programs("1.0.0").join("dtx.exe"), place.join("unsigned.exe")).unwrap();
    assert!(!is_microsofts("unsigned.exe"), "not signed at all");
    assert!(!is_microsofts("not there.exe"), "not there");
    forged(&place);
    fs::copy(place.join("unsigned.exe"), place.join("forged.exe")).unwrap();
    sign(&place.join("forged.exe"), &place);
    assert!(!is_microsofts("forged.exe"), "in Microsoft's name, by somebody else");
    fs::rename(place.join("forged.der"), place.join("root.der")).unwrap();
    assert!(!is_microsofts("forged.exe"), "and by somebody whom this computer trusts");
}

/// Microsoft's own small library, which the window is built with.
fn loader() -> PathBuf {
    let registry = home().join("registry/src");
    let crates =
        fs::read_dir(registry).unwrap().flat_map(|index| fs::read_dir(index.unwrap().path()).unwrap());
    let mut found = crates
        .map(|folder| folder.unwrap().path())
        .filter(|folder| folder.file_name().unwrap().to_str().unwrap().starts_with("webview2-com-sys-"));
    found.next().expect("the crate is there").join("x64/WebView2Loader.dll")
}

fn home() -> PathBuf {
    std::env::var_os("CARGO_HOME")
        .map_or_else(|| Path::new(&std::env::var("HOME").unwrap()).join(".cargo"), PathBuf::from)
}

#[test]
fn what_comes_in_the_place_of_the_web_view_is_fetched_but_not_started_and_leaves_nothing() {
    let computer = Computer::new();
    computer.registry(&["delete", WEB_VIEW, "/f"]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/setup", listener.local_addr().unwrap());
    let sent = fs::read(Built::once().programs("1.0.0").join("dtx.exe")).unwrap();
    let answered = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", sent.len())
            .unwrap();
        stream.write_all(&sent).unwrap();
    });
    let place = tempfile::tempdir().unwrap();
    let installer = Built::once().pack("1.0.0", place.path(), &[("WEBVIEW2_SETUP", &address)]);
    let before: BTreeSet<_> =
        fs::read_dir(computer.local()).unwrap().map(|file| file.unwrap().file_name()).collect();
    succeeds(computer.command(installer).arg("/S"));
    answered.join().unwrap();
    assert_eq!(computer.log(), [] as [&str; 0], "what came was not started");
    let mut after: BTreeSet<_> =
        fs::read_dir(computer.local()).unwrap().map(|file| file.unwrap().file_name()).collect();
    after.retain(|name| name != "Programs");
    assert!(after.is_subset(&before), "its folder is gone: {after:?}");
    assert_eq!(computer.files(), all_files(), "all else is installed");
}
