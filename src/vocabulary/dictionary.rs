//! Words to numbers, found at the beginning of a text.
//!
//! A trie of this many words is larger than the caches, and every step in it is a
//! miss. Here the beginnings of words are bits in a set that fits them: a text is
//! dismissed at the first place where no word begins so. Only what is likely a word is
//! looked up in the table.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// The lengths, in characters, at which a dictionary keeps the beginnings of longer words.
const KEPT: u64 = 1 << 2 | 1 << 4 | 1 << 6 | 1 << 9 | 1 << 13 | 1 << 18 | 1 << 24 | 1 << 32 | 1 << 48 | 1 << 63;
/// Up to this length they are in a set of their own, small enough for the nearest cache.
const NEAR: usize = 4;
/// How many bits a set has for each thing kept in it: one in as many others passes
/// for one.
const BITS: usize = 12;

/// A set of hashes that may take one that is not in it for one that is.
#[derive(Debug, Serialize, Deserialize)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(mut hashes: Vec<u64>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        let mut bits = Self(vec![0; (hashes.len() * BITS / 64 + 1).next_power_of_two()]);
        for hash in hashes {
            let (at, bit) = bits.place(hash);
            bits.0[at] |= bit;
        }
        bits
    }

    #[inline]
    fn has(&self, hash: u64) -> bool {
        let (at, bit) = self.place(hash);
        self.0[at] & bit != 0
    }

    #[allow(clippy::cast_possible_truncation, reason = "masked to the size of the set; 32-bit targets warn")]
    fn place(&self, hash: u64) -> (usize, u64) {
        ((hash >> 32) as usize & (self.0.len() - 1), 1 << (hash >> 26 & 63))
    }
}

/// From the hashes of words to their numbers.
#[derive(Debug, Serialize, Deserialize)]
struct Table {
    /// Each at its place or the next free one; 0 is free. They stand for the words: that
    /// another text has one of them is as likely as that the machine errs.
    hashes: Vec<u64>,
    /// The number of the word at each place.
    numbers: Vec<u32>,
}

impl Table {
    fn new(words: &[(u64, u32)]) -> Self {
        let size = (words.len() * 4 / 3 + 1).next_power_of_two();
        let mut table = Self { hashes: vec![0; size], numbers: vec![0; size] };
        for &(hash, number) in words {
            let mut place = table.place(hash);
            while table.hashes[place] != 0 {
                place = (place + 1) & (size - 1);
            }
            table.hashes[place] = hash;
            table.numbers[place] = number;
        }
        table
    }

    fn get(&self, hash: u64) -> Option<u32> {
        let mut place = self.place(hash);
        while self.hashes[place] != 0 {
            if self.hashes[place] == hash {
                return Some(self.numbers[place]);
            }
            place = (place + 1) & (self.hashes.len() - 1);
        }
        None
    }

    #[allow(clippy::cast_possible_truncation, reason = "masked to the size of the table; 32-bit targets warn")]
    fn place(&self, hash: u64) -> usize {
        (hash >> 20) as usize & (self.hashes.len() - 1)
    }
}

/// Words that may end anywhere, each with a number.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Dictionary {
    /// The words and beginnings of few characters, and the others.
    near: Bits,
    far: Bits,
    table: Table,
}

impl Dictionary {
    /// The words must be distinct and not empty.
    pub fn new(words: &[(&str, u32)]) -> Self {
        let (mut near, mut far) = (Vec::new(), Vec::new());
        let mut hashed = Vec::with_capacity(words.len());
        for &(word, number) in words {
            let mut hash = Hash::default();
            let mut length = 0;
            for c in word.chars() {
                hash.add(c);
                length += 1;
                if keeps(length) {
                    if length <= NEAR { &mut near } else { &mut far }.push(hash.beginning());
                }
            }
            if length <= NEAR { &mut near } else { &mut far }.push(hash.word());
            hashed.push((hash.word(), number));
        }
        Self { near: Bits::new(near), far: Bits::new(far), table: Table::new(&hashed) }
    }

    /// Calls back with the length in characters and the number of each word that
    /// `text` begins with, the shortest first.
    #[inline]
    pub fn each(&self, text: impl Iterator<Item = char>, mut found: impl FnMut(usize, u32)) {
        let mut hash = Hash::default();
        for (length, c) in (1..).zip(text) {
            hash.add(c);
            if !self.look(length, hash, &mut found) {
                return;
            }
        }
    }

    /// Calls back if a word ends here, after so many characters, and tells whether any
    /// word may go on.
    #[inline]
    pub fn look(&self, length: usize, hash: Hash, found: &mut impl FnMut(usize, u32)) -> bool {
        let bits = if length <= NEAR { &self.near } else { &self.far };
        if keeps(length) && !bits.has(hash.beginning()) {
            return false;
        }
        if bits.has(hash.word())
            && let Some(number) = self.table.get(hash.word())
        {
            found(length, number);
        }
        true
    }

    /// The number of the word that `text` is.
    pub fn get(&self, text: impl Iterator<Item = char>) -> Option<u32> {
        let mut hash = Hash::default();
        text.for_each(|c| hash.add(c));
        self.table.get(hash.word())
    }
}

/// Words that end where a run of letters ends, each with a number: for most texts one
/// look tells that there is none.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Phrases {
    /// The words of one run and the first runs of others, and the rest.
    near: Bits,
    far: Bits,
    table: Table,
}

impl Phrases {
    /// The words must be distinct and not empty; `runs` takes one apart.
    pub fn new<'w, R: Iterator<Item = &'w str>>(words: &[(&'w str, u32)], runs: impl Fn(&'w str) -> R) -> Self {
        let (mut near, mut far) = (Vec::new(), Vec::new());
        let mut hashed = Vec::with_capacity(words.len());
        for &(word, number) in words {
            let mut hash = Hash::default();
            let mut read = 0;
            for (at, run) in runs(word).enumerate() {
                run.chars().for_each(|c| hash.add(c));
                read += run.len();
                if run != " " {
                    let beginning = if read < word.len() { hash.beginning() } else { hash.word() };
                    if at == 0 { &mut near } else { &mut far }.push(beginning);
                }
            }
            hashed.push((hash.word(), number));
        }
        Self { near: Bits::new(near), far: Bits::new(far), table: Table::new(&hashed) }
    }

    /// Calls back if a word ends here, at the end of a run, the `first` or a later one,
    /// and tells whether any word may go on.
    #[inline]
    pub fn look(&self, first: bool, length: usize, hash: Hash, found: &mut impl FnMut(usize, u32)) -> bool {
        let bits = if first { &self.near } else { &self.far };
        if bits.has(hash.word())
            && let Some(number) = self.table.get(hash.word())
        {
            found(length, number);
        }
        bits.has(hash.beginning())
    }
}

/// Whether the beginnings of longer words are kept at this length.
#[inline]
fn keeps(length: usize) -> bool {
    length >= 64 || KEPT >> length & 1 != 0
}

/// The hash of the characters read so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Hash(u64);

impl Hash {
    #[inline]
    pub fn add(&mut self, c: char) {
        self.0 = (self.0.rotate_left(23) ^ u64::from(c)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    /// As a whole word; never 0.
    #[inline]
    fn word(self) -> u64 {
        self.0 | 1
    }

    /// As the beginning of a longer one.
    #[inline]
    fn beginning(self) -> u64 {
        self.0.rotate_left(11) ^ 0x5851_f42d_4c95_7f2d
    }
}

/// What may be written onto any word of a language, and the languages as bits.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Affixes {
    dictionary: Dictionary,
    languages: Vec<u64>,
}

/// Affixes with their languages as bits, as a pack gives them.
pub(super) type AffixList = HashMap<String, u64>;

impl Affixes {
    pub fn new(list: &AffixList) -> Self {
        let mut sorted: Vec<(&str, u64)> = list.iter().map(|(affix, &languages)| (affix.as_str(), languages)).collect();
        sorted.sort_unstable();
        Self {
            dictionary: Dictionary::new(
                &sorted.iter().zip(0..).map(|((affix, _), at)| (*affix, at)).collect::<Vec<_>>(),
            ),
            languages: sorted.iter().map(|&(_, languages)| languages).collect(),
        }
    }

    /// Calls back with the length and languages of each affix that `text` begins with.
    pub fn each(&self, text: impl Iterator<Item = char>, mut found: impl FnMut(usize, u64)) {
        self.dictionary.each(text, |length, affix| found(length, self.languages[affix as usize]));
    }

    /// The languages in which all of `text` is an affix.
    pub fn whole(&self, text: impl Iterator<Item = char>) -> u64 {
        self.dictionary.get(text).map_or(0, |affix| self.languages[affix as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::Dictionary;

    #[test]
    fn finds_what_a_plain_look_finds() {
        let words = ["a", "ab", "abc", "whats", "whatsapp", "whatsapp me now please", "加", "加微信", "ватсап"];
        let dictionary = Dictionary::new(&words.iter().copied().zip(0..).collect::<Vec<_>>());
        for text in ["abcd", "whatsapp me now please!", "加微信吧", "ватсапп", "what", "", "b", "whatsapp me now"]
        {
            let mut found = Vec::new();
            dictionary.each(text.chars(), |length, number| found.push((length, number)));
            let mut plain: Vec<(usize, u32)> = (0..)
                .zip(words)
                .filter(|(_, word)| text.starts_with(word))
                .map(|(number, word)| (word.chars().count(), number))
                .collect();
            plain.sort_unstable();
            assert_eq!(found, plain, "{text}");
            let whole = words.iter().position(|word| *word == text).and_then(|at| u32::try_from(at).ok());
            assert_eq!(dictionary.get(text.chars()), whole, "{text}");
        }
    }
}
