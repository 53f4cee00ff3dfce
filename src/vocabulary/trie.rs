//! Words to numbers, found at the beginning of a text.

use std::collections::HashMap;
use std::fmt;

use crawdad::MpTrie;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Words to their numbers.
#[derive(Default)]
pub(super) struct Trie(Option<MpTrie>);

/// What may be written onto any word of a language, and the languages as bits.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Affixes {
    trie: Trie,
    languages: Vec<u64>,
}

/// Affixes with their languages as bits, as a pack gives them.
pub(crate) type AffixList = HashMap<String, u64>;

impl Trie {
    pub fn new<'w>(words: impl Iterator<Item = (&'w str, u32)>) -> Self {
        let words: Vec<(&str, u32)> = words.filter(|(word, _)| !word.is_empty()).collect();
        if words.is_empty() {
            return Self(None);
        }
        // The loader bounds the length of words, the words are distinct, and folding
        // leaves no NUL in them.
        Self(Some(MpTrie::from_records(words).unwrap_or_else(|error| unreachable!("the words fit a trie: {error}"))))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Calls back with the length in characters and the number of each word that
    /// `text` begins with.
    #[inline]
    pub fn each(&self, text: &[char], mut found: impl FnMut(usize, u32)) {
        if let Some(trie) = &self.0 {
            for (word, length) in trie.common_prefix_search(text.iter().copied()) {
                found(length, word);
            }
        }
    }
}

impl fmt::Debug for Trie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trie({})", self.0.as_ref().map_or(0, MpTrie::num_elems))
    }
}

impl Affixes {
    pub fn new(list: &AffixList) -> Self {
        let mut sorted: Vec<(&str, u64)> = list.iter().map(|(affix, &languages)| (affix.as_str(), languages)).collect();
        sorted.sort_unstable();
        Self {
            trie: Trie::new(sorted.iter().zip(0..).map(|((affix, _), at)| (*affix, at))),
            languages: sorted.iter().map(|&(_, languages)| languages).collect(),
        }
    }

    /// Calls back with the length and languages of each affix that `text` begins with.
    pub fn each(&self, text: &[char], mut found: impl FnMut(usize, u64)) {
        self.trie.each(text, |length, affix| found(length, self.languages[affix as usize]));
    }

    /// The languages in which all of `text` is an affix.
    pub fn whole(&self, text: &[char]) -> u64 {
        let mut languages = 0;
        self.each(text, |length, all| {
            if length == text.len() {
                languages = all;
            }
        });
        languages
    }
}

impl Serialize for Trie {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0.as_ref().map(MpTrie::serialize_to_vec).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Trie {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        Ok(Self((!bytes.is_empty()).then(|| MpTrie::deserialize_from_slice(bytes).0)))
    }
}
