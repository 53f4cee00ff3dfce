//! A walk over a JSON document of any size that holds one value at a time.
//!
//! The walk knows strings and brackets, no more: what a value means is decided by `serde_json`
//! once its bytes are together. So a broken record costs one record, and a record over the limit
//! is passed over without being kept.

use std::io::{self, BufRead};

/// What became of a value that was to be captured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Capture {
    /// The buffer holds the value.
    Whole,
    /// The value was over the limit and passed over.
    TooLong,
    /// The input ended inside it.
    Cut,
}

/// A position in a document.
pub(super) struct Scanner {
    stream: Box<dyn BufRead + Send>,
    /// The line of the position, from 1.
    pub(super) line: u64,
}

impl Scanner {
    pub(super) fn new(stream: Box<dyn BufRead + Send>) -> Self {
        Scanner { stream, line: 1 }
    }

    /// The bytes that are ready, none at the end.
    fn block(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.stream.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                // Asked again, as the borrow checker wants it; the buffer is full, so this is free.
                Ok(_) => return self.stream.fill_buf(),
            }
        }
    }

    /// The next byte that is neither space nor one of `also`, without taking it.
    pub(super) fn peek(&mut self, also: &[u8]) -> io::Result<Option<u8>> {
        loop {
            let block = self.block()?;
            if block.is_empty() {
                return Ok(None);
            }
            let found = block.iter().position(|b| !b.is_ascii_whitespace() && !also.contains(b));
            let used = found.unwrap_or(block.len());
            let next = found.map(|at| block[at]);
            let feeds = memchr::memchr_iter(b'\n', &block[..used]).count();
            self.line += feeds as u64;
            self.stream.consume(used);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Takes the byte that was peeked at.
    pub(super) fn bump(&mut self) {
        self.stream.consume(1);
    }

    /// Takes the value that starts at the byte that was peeked at, into `out` up to `max` bytes.
    pub(super) fn capture(&mut self, out: &mut Vec<u8>, max: usize) -> io::Result<Capture> {
        out.clear();
        let mut state = State::default();
        let mut capture = Capture::Whole;
        loop {
            let block = self.block()?;
            if block.is_empty() {
                let closed = state.depth == 0 && !state.in_string && state.started;
                return Ok(if closed { capture } else { Capture::Cut });
            }
            let (used, done) = state.walk(block);
            if capture == Capture::Whole && out.len() + used > max {
                capture = Capture::TooLong;
                out.clear();
            }
            if capture == Capture::Whole {
                out.extend_from_slice(&block[..used]);
            }
            let feeds = memchr::memchr_iter(b'\n', &block[..used]).count();
            self.line += feeds as u64;
            self.stream.consume(used);
            if done {
                return Ok(capture);
            }
        }
    }
}

/// Where a walk stands inside a value.
#[derive(Default)]
struct State {
    depth: usize,
    in_string: bool,
    escaped: bool,
    started: bool,
}

impl State {
    /// Walks over `block`: how many bytes belong to the value, and whether it ends there.
    fn walk(&mut self, block: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < block.len() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let Some(found) = memchr::memchr2(b'"', b'\\', &block[at..]) else {
                    return (block.len(), false);
                };
                at += found + 1;
                if block[at - 1] == b'\\' {
                    self.escaped = true;
                    continue;
                }
                self.in_string = false;
                if self.depth == 0 {
                    return (at, true);
                }
                continue;
            }
            match block[at] {
                b'"' | b'{' | b'[' if self.depth == 0 && self.started => return (at, true),
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                b',' | b':' | b'}' | b']' if self.depth == 0 => {
                    // A stray mark where a value should be is taken: the walk must go on.
                    return (at + usize::from(!self.started), true);
                }
                byte if self.depth == 0 && self.started && byte.is_ascii_whitespace() => {
                    return (at, true);
                }
                _ => {}
            }
            self.started = true;
            at += 1;
        }
        (at, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Cursor};

    /// All values of `text`, read through a buffer of `size` bytes.
    fn values(text: &str, size: usize, max: usize) -> Vec<(u64, Capture, String)> {
        let stream = BufReader::with_capacity(size, Cursor::new(text.as_bytes().to_vec()));
        let mut scanner = Scanner::new(Box::new(stream));
        let mut found = Vec::new();
        let mut bytes = Vec::new();
        while scanner.peek(b",[]").expect("no fault").is_some() {
            let line = scanner.line;
            let capture = scanner.capture(&mut bytes, max).expect("no fault");
            found.push((line, capture, String::from_utf8(bytes.clone()).expect("text")));
        }
        found
    }

    #[test]
    fn values_at_any_block_size() {
        let text = "[{\"a\": \"}\\\"]\"},\n 12, \"x,\\\\\", true\n,{\"b\":[1,{}]} ]";
        let expected = vec![
            (1, Capture::Whole, "{\"a\": \"}\\\"]\"}".to_owned()),
            (2, Capture::Whole, "12".to_owned()),
            (2, Capture::Whole, "\"x,\\\\\"".to_owned()),
            (2, Capture::Whole, "true".to_owned()),
            (3, Capture::Whole, "{\"b\":[1,{}]}".to_owned()),
        ];
        for size in [1, 2, 3, 5, 8, 64] {
            assert_eq!(values(text, size, 1000), expected, "block size {size}");
        }
    }

    #[test]
    fn stray_marks_are_passed() {
        let found: Vec<_> = values("}:1}", 4, 10).into_iter().map(|(_, _, text)| text).collect();
        assert_eq!(found, ["}", ":", "1", "}"]);
    }

    #[test]
    fn long_and_cut_values() {
        let text = "{\"a\":\"0123456789\"},{\"b\":1},{\"c\":";
        let found = values(text, 4, 12);
        assert_eq!(found[0].1, Capture::TooLong);
        assert_eq!(found[1], (1, Capture::Whole, "{\"b\":1}".to_owned()));
        assert_eq!(found[2].1, Capture::Cut);
    }
}
