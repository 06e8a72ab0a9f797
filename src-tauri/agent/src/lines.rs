//! Lines of a bounded length over any stream.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// Reads one line without its end. `Ok(None)` at the end of the stream.
///
/// # Errors
/// A line longer than `longest` bytes is `InvalidData`; a stream that ends inside a line is `UnexpectedEof`.
pub(crate) async fn read_line(
    reader: &mut (impl AsyncBufRead + Unpin),
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let limit = u64::try_from(longest).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_until(b'\n', &mut line).await?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if line.len() >= longest => {
            Err(io::Error::new(io::ErrorKind::InvalidData, "the line is too long"))
        }
        Some(_) => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str, longest: usize) -> io::Result<Option<Vec<u8>>> {
        read_line(&mut text.as_bytes(), longest).await
    }

    #[tokio::test]
    async fn lines_end_and_are_bounded() {
        assert_eq!(
            read("ab\ncd", 2).await.expect("fits"),
            Some(b"ab".to_vec()),
            "a line of the longest length"
        );
        assert_eq!(read("", 2).await.expect("empty"), None, "the end");
        let too_long = read("abc\n", 2).await.expect_err("three bytes");
        assert_eq!(too_long.kind(), io::ErrorKind::InvalidData, "longer than allowed");
        let cut = read("a", 2).await.expect_err("no end of line");
        assert_eq!(cut.kind(), io::ErrorKind::UnexpectedEof, "cut inside a line");
    }
}
