//! The zip of a deploy: its files with their text.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::Crc;
use flate2::read::DeflateDecoder;

const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
const IN_DIRECTORY: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
/// The length of these records without the names and comments behind them.
const LENGTH_IN_DIRECTORY: usize = 46;
const LENGTH_LOCAL: usize = 30;
/// The most files that are read, and the longest: an app has six short ones.
const MOST_FILES: usize = 200;
const LONGEST_FILE: u64 = 1024 * 1024;

/// The files by their paths. Folders have no entry.
///
/// # Errors
/// Why the bytes are no zip that can be read.
pub(super) fn files(zip: &[u8]) -> Result<BTreeMap<String, String>, &'static str> {
    const NO_ZIP: &str = "it is no zip";
    let end = zip.windows(4).rposition(|at| at == END_OF_DIRECTORY).ok_or(NO_ZIP)?;
    let count = usize::from(short(zip, end + 10).ok_or(NO_ZIP)?);
    let mut at = long(zip, end + 16).ok_or(NO_ZIP)?;
    if count > MOST_FILES {
        return Err("it has more files than any app");
    }
    let mut files = BTreeMap::new();
    for _ in 0..count {
        let (entry, next) = Entry::read(zip, at).ok_or(NO_ZIP)?;
        at = next;
        if !entry.path.ends_with('/') {
            let text = entry.text(zip)?;
            files.insert(entry.path, text);
        }
    }
    Ok(files)
}

/// An entry of the zip's directory.
struct Entry {
    path: String,
    method: u16,
    checksum: usize,
    length: usize,
    local: usize,
}

impl Entry {
    /// The entry there, and where the next one is.
    fn read(zip: &[u8], at: usize) -> Option<(Self, usize)> {
        if zip.get(at..at + 4)? != IN_DIRECTORY {
            return None;
        }
        let lengths = [28, 30, 32].map(|field| short(zip, at + field).map_or(0, usize::from));
        let path = zip.get(at + LENGTH_IN_DIRECTORY..)?.get(..lengths[0])?;
        let entry = Self {
            path: String::from_utf8(path.to_vec()).ok()?,
            method: short(zip, at + 10)?,
            checksum: long(zip, at + 16)?,
            length: long(zip, at + 20)?,
            local: long(zip, at + 42)?,
        };
        Some((entry, at + LENGTH_IN_DIRECTORY + lengths.iter().sum::<usize>()))
    }

    fn text(&self, zip: &[u8]) -> Result<String, &'static str> {
        let packed = self.packed(zip).ok_or("it is cut short")?;
        let mut bytes = Vec::new();
        let unpacked = match self.method {
            0 => packed.take(LONGEST_FILE + 1).read_to_end(&mut bytes),
            8 => DeflateDecoder::new(packed).take(LONGEST_FILE + 1).read_to_end(&mut bytes),
            _ => return Err("a file in it is packed in a way that is not known"),
        };
        let is_whole =
            unpacked.is_ok_and(|length| u64::try_from(length).is_ok_and(|length| length <= LONGEST_FILE));
        let mut checksum = Crc::new();
        checksum.update(&bytes);
        if !is_whole || u32::try_from(self.checksum) != Ok(checksum.sum()) {
            return Err("a file in it is damaged, or far too long");
        }
        String::from_utf8(bytes).map_err(|_| "a file in it is no text")
    }

    fn packed<'a>(&self, zip: &'a [u8]) -> Option<&'a [u8]> {
        let local = zip.get(self.local..)?;
        if local.get(..4)? != LOCAL {
            return None;
        }
        let before = LENGTH_LOCAL + usize::from(short(local, 26)?) + usize::from(short(local, 28)?);
        local.get(before..)?.get(..self.length)
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..)?.get(..2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..)?.get(..4)?.try_into().ok()?)).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    /// A zip of these files, packed as Salesforce CLI does.
    pub(crate) fn packed(files: &[(String, String)]) -> Vec<u8> {
        let (mut zip, mut directory) = (Vec::new(), Vec::new());
        for (path, text) in files {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(text.as_bytes()).unwrap();
            let bytes = encoder.finish().unwrap();
            let mut checksum = Crc::new();
            checksum.update(text.as_bytes());
            let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
            let name = u16::try_from(path.len()).unwrap().to_le_bytes();
            let common = [
                &[20, 0, 0, 0, 8, 0, 0, 0, 0, 0][..],
                &checksum.sum().to_le_bytes(),
                &number(bytes.len()),
                &number(text.len()),
                &name,
                &[0, 0],
            ]
            .concat();
            let local = zip.len();
            zip.extend([LOCAL, &common, path.as_bytes(), &bytes].concat());
            directory.extend(
                [IN_DIRECTORY, &[20, 0], &common, &[0; 10], &number(local), path.as_bytes()].concat(),
            );
        }
        let count = u16::try_from(files.len()).unwrap().to_le_bytes();
        let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let end = [
            END_OF_DIRECTORY,
            &[0; 4],
            &count,
            &count,
            &number(directory.len()),
            &number(zip.len()),
            &[0, 0],
        ]
        .concat();
        [zip, directory, end].concat()
    }

    #[test]
    fn a_zip_is_read_and_a_damaged_one_is_refused() {
        let written = [("package.xml", "one"), ("a/b.eca", "two, two, two"), ("a/", "")];
        let zip = packed(&written.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let read = files(&zip).unwrap();
        let expected: Vec<_> = read.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(expected, [("a/b.eca", "two, two, two"), ("package.xml", "one")], "files, and no folder");
        // The last two bytes are the length of a comment that is not there.
        for length in 0..zip.len() - 2 {
            // Whatever is missing, nothing is read that was not written.
            assert!(files(&zip[..length]).is_err(), "cut at {length}");
        }
        for at in 0..zip.len() {
            let mut damaged = zip.clone();
            damaged[at] ^= 0x55;
            if let Ok(read) = files(&damaged) {
                assert!(
                    read.values().all(|text| ["one", "two, two, two", ""].contains(&text.as_str())),
                    "at {at}"
                );
            }
        }
    }

    #[test]
    fn a_file_that_unpacks_without_end_is_refused() {
        let long = "x".repeat(2 * 1024 * 1024);
        assert!(files(&packed(&[("package.xml".to_owned(), long)])).is_err(), "far too long");
    }
}
