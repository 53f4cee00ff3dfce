//! From bytes to lines of text: gzip, byte order marks, UTF-16, a first look without seeking,
//! and lines of bounded length.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{CoderResult, Decoder, Encoding};
use flate2::bufread::MultiGzDecoder;

/// How much of a file is looked at before its format is known.
pub(super) const HEAD: usize = 64 * 1024;

/// A reader that is about to be boxed.
pub(super) type Bytes = Box<dyn Read + Send>;

/// A counter of replaced byte sequences, shared with the decoder at work.
#[derive(Clone, Default)]
pub(super) struct Replaced(Arc<AtomicU64>);

impl Replaced {
    pub(super) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// An input in UTF-8 without a byte order mark, with its beginning at hand.
pub(super) struct Input {
    /// The first [`HEAD`] bytes, or all there is.
    pub(super) head: Vec<u8>,
    /// Whether the head is the whole.
    pub(super) complete: bool,
    /// Everything, the head included.
    pub(super) stream: Box<dyn BufRead + Send>,
    pub(super) replaced: Replaced,
}

impl Input {
    /// Unpacks and decodes `bytes` as far as their first bytes ask for.
    pub(super) fn new(bytes: Bytes) -> io::Result<Self> {
        let replaced = Replaced::default();
        let mut peeked = Peeked::new(bytes)?;
        if peeked.head.starts_with(&[0x1f, 0x8b]) {
            let packed = BufReader::with_capacity(HEAD, peeked.into_bytes());
            peeked = Peeked::new(Box::new(MultiGzDecoder::new(packed)))?;
        }
        if peeked.head.starts_with(&[0xef, 0xbb, 0xbf]) {
            let mut bytes = peeked.into_bytes();
            bytes.read_exact(&mut [0; 3])?;
            peeked = Peeked::new(bytes)?;
        } else if let Some((encoding, _)) = Encoding::for_bom(&peeked.head) {
            // The other byte order marks are those of UTF-16.
            let decoder = encoding.new_decoder_with_bom_removal();
            let text = Utf16 {
                bytes: peeked.into_bytes(),
                decoder,
                raw: Vec::new(),
                text: Vec::new(),
                given: 0,
                ended: false,
                replaced: replaced.clone(),
            };
            peeked = Peeked::new(Box::new(text))?;
        }
        Ok(Input {
            head: peeked.head.clone(),
            complete: peeked.complete,
            stream: Box::new(BufReader::with_capacity(HEAD, peeked.into_bytes())),
            replaced,
        })
    }

    /// The head as text; a character cut at its end is left out.
    pub(super) fn head_text(&self) -> Cow<'_, str> {
        let mut head = &self.head[..];
        if !self.complete
            && let Err(error) = std::str::from_utf8(head)
            && error.error_len().is_none()
        {
            head = &head[..error.valid_up_to()];
        }
        String::from_utf8_lossy(head)
    }
}

/// A reader whose first bytes have been read ahead.
struct Peeked {
    head: Vec<u8>,
    complete: bool,
    rest: Bytes,
}

impl Peeked {
    /// Reads ahead. A fault after the first bytes is kept for the one who reads that far.
    fn new(mut bytes: Bytes) -> io::Result<Self> {
        let mut head = vec![0; HEAD];
        let mut filled = 0;
        let mut complete = false;
        while filled < HEAD {
            match bytes.read(&mut head[filled..]) {
                Ok(0) => {
                    complete = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if filled == 0 => return Err(error),
                Err(error) => {
                    bytes = Box::new(Failing(Some(error)));
                    break;
                }
            }
        }
        head.truncate(filled);
        Ok(Peeked { head, complete, rest: bytes })
    }

    fn into_bytes(self) -> Bytes {
        if self.complete { Box::new(Cursor::new(self.head)) } else { Box::new(Cursor::new(self.head).chain(self.rest)) }
    }
}

/// A reader with nothing but a fault.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// UTF-16 read as UTF-8.
struct Utf16 {
    bytes: Bytes,
    decoder: Decoder,
    /// Bytes that are not decoded yet.
    raw: Vec<u8>,
    /// Decoded text, of which `given` bytes have been given out.
    text: Vec<u8>,
    given: usize,
    ended: bool,
    replaced: Replaced,
}

impl Utf16 {
    /// Decodes the next block into `text`.
    fn refill(&mut self) -> io::Result<()> {
        self.raw.resize(HEAD, 0);
        let count = self.bytes.read(&mut self.raw)?;
        let last = count == 0;
        let need = self.decoder.max_utf8_buffer_length(count).unwrap_or(4 * HEAD);
        self.text.resize(need, 0);
        self.given = 0;
        let (result, _, written, replaced) = self.decoder.decode_to_utf8(&self.raw[..count], &mut self.text, last);
        debug_assert!(result == CoderResult::InputEmpty, "the buffer holds the longest output");
        self.text.truncate(written);
        if replaced {
            self.replaced.add();
        }
        self.ended = last;
        Ok(())
    }
}

impl Read for Utf16 {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.ended {
            self.refill()?;
        }
        let ready = &self.text[self.given..];
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.given += count;
        Ok(count)
    }
}

/// What [`Lines::next_into`] found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Line {
    /// A line; it ends with its line feed, except perhaps the last.
    Whole,
    /// A line over the limit; the buffer holds its beginning and the rest is passed over.
    TooLong,
    /// The end of the input.
    End,
}

/// Lines of bounded length, numbered.
pub(super) struct Lines {
    stream: Box<dyn BufRead + Send>,
    /// The number of the line read last, from 1.
    pub(super) number: u64,
}

impl Lines {
    pub(super) fn new(stream: Box<dyn BufRead + Send>) -> Self {
        Lines { stream, number: 0 }
    }

    /// Appends the next line to `out`, if it is no longer than `max` bytes.
    pub(super) fn next_into(&mut self, out: &mut Vec<u8>, max: usize) -> io::Result<Line> {
        let start = out.len();
        let mut found = Line::End;
        loop {
            let block = match self.stream.fill_buf() {
                Ok(block) => block,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if block.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', block);
            let used = end.map_or(block.len(), |at| at + 1);
            if found == Line::End {
                found = Line::Whole;
            }
            let room = max.saturating_sub(out.len() - start);
            // The line feed itself is free.
            let wanted = used - usize::from(end.is_some());
            if found == Line::Whole && wanted > room {
                found = Line::TooLong;
                out.extend_from_slice(&block[..room]);
            } else if found == Line::Whole {
                out.extend_from_slice(&block[..used]);
            }
            self.stream.consume(used);
            if end.is_some() {
                break;
            }
        }
        if found != Line::End {
            self.number += 1;
        }
        Ok(found)
    }
}

/// A line without its line feed, or its carriage return and line feed.
pub(super) fn chomp(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Bytes as text, and whether some had to be replaced.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    // Checked first, as the standard library checks much faster than it mends.
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (Cow::Owned(String::from_utf8_lossy(bytes).into_owned()), true),
    }
}

/// What a skipped record says when reading itself failed.
pub(super) fn read_fault(error: &io::Error) -> String {
    format!("the rest of the file can't be read: {error}")
}

/// What a skipped record says when it is over the limit.
pub(super) fn too_long(what: &str, max: usize) -> String {
    format!("{what} is longer than the limit of {max} bytes")
}
