//! JSON arrays of objects and objects one after the other, and what an object says about a
//! message, which JSON Lines shares.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Cursor;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::format::{Head, Sniff};
use super::input::{Input, decode, read_fault, too_long};
use super::json_scan::{Capture, Scanner};
use super::mapping::{self, Field, Mapping, NoColumn};
use super::open::{OpenError, Options};
use super::{Entry, Record, Records};

/// How many objects are looked at before the keys are chosen.
const SAMPLE: usize = 50;

/// Sees an array of objects, or an object that is no single line.
pub(super) fn sniff(head: &Head<'_>) -> Option<Sniff> {
    let text = head.text.trim_start();
    if let Some(inside) = text.strip_prefix('[') {
        return match inside.trim_start().chars().next() {
            Some('{' | ']') => Some(Sniff::sure("it starts with an array of JSON objects")),
            _ => None,
        };
    }
    let inside = text.strip_prefix('{')?.trim_start();
    let object = inside.starts_with('"') || inside.starts_with('}');
    object.then(|| Sniff::likely("it starts with a JSON object over several lines"))
}

/// Opens an array, or objects one after the other.
pub(super) fn open(input: Input, options: &Options, name: &str) -> Result<Box<dyn Records>, OpenError> {
    let mut objects = Vec::new();
    let mut head = Scanner::new(Box::new(Cursor::new(input.head.clone())));
    let mut raw = Vec::new();
    while objects.len() < SAMPLE && matches!(head.peek(b",[]"), Ok(Some(_))) {
        match head.capture(&mut raw, usize::MAX) {
            Ok(Capture::Whole) => objects.push(String::from_utf8_lossy(&raw).into_owned()),
            _ => break,
        }
    }
    let plan = Plan::new(objects.iter().map(String::as_str), &options.mapping, name)?;
    Ok(Box::new(Array {
        scanner: Scanner::new(input.stream),
        plan,
        raw: Vec::new(),
        max_record: options.max_record,
        max_text: options.max_text,
    }))
}

struct Array {
    scanner: Scanner,
    plan: Plan,
    raw: Vec<u8>,
    max_record: usize,
    max_text: usize,
}

impl Records for Array {
    fn next_entry(&mut self) -> Option<Entry> {
        match self.scanner.peek(b",[]") {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return Some(Entry::fault(self.scanner.line, read_fault(&error))),
        }
        let line = self.scanner.line;
        Some(match self.scanner.capture(&mut self.raw, self.max_record) {
            Ok(Capture::Whole) => {
                let (text, lossy) = decode(&self.raw);
                let outcome = self.plan.record(&text, self.max_text);
                Entry::new(line, lossy, outcome)
            }
            Ok(Capture::TooLong) => Entry::new(line, false, Err(too_long("the record", self.max_record))),
            Ok(Capture::Cut) => Entry::fault(line, "the file ends inside this record".to_owned()),
            Err(error) => Entry::fault(line, read_fault(&error)),
        })
    }
}

/// Which keys of an object feed which fields.
pub(super) struct Plan {
    keys: Vec<Key>,
}

struct Key {
    /// The key, or a path with dots.
    path: String,
    field: Field,
    /// The smaller wins.
    rank: u8,
}

impl Plan {
    /// Chooses the keys after a look at some objects: the caller's, else the contract's names,
    /// else synonyms.
    pub(super) fn new<'a>(
        objects: impl Iterator<Item = &'a str>,
        mapping: &Mapping,
        place: &str,
    ) -> Result<Self, OpenError> {
        let mut seen: Vec<String> = Vec::new();
        for object in objects.take(SAMPLE) {
            for key in keys_of(object) {
                if !seen.contains(&key) {
                    seen.push(key);
                }
            }
        }
        let mut keys = Vec::new();
        let mut free = Mapping::new();
        for field in Field::ALL {
            let path = mapping.get(field).unwrap_or(field.name());
            keys.push(Key { path: path.to_owned(), field, rank: 0 });
            if mapping.get(field).is_some() {
                // Found already: any key will do to keep the choice below from looking for it.
                free = free.with(field, seen.first().map_or("", String::as_str));
            }
        }
        match mapping::choose(&seen, &free) {
            Ok(found) => {
                for found in found.iter().filter(|found| mapping.get(found.field).is_none()) {
                    let path = &seen[found.column];
                    if path != found.field.name() {
                        keys.push(Key { path: path.clone(), field: found.field, rank: 1 });
                    }
                }
            }
            Err(NoColumn::Tie(tied)) => return Err(OpenError::text_tie(place, "keys", &tied)),
            // Every record without a text will say so.
            Err(NoColumn::NoText | NoColumn::Mapped { .. }) => {}
        }
        Ok(Plan { keys })
    }

    /// Reads one object as a record.
    pub(super) fn record(&self, json: &str, max_text: usize) -> Result<Record, String> {
        let mut values: [Option<(u8, Value<'_>)>; Field::ALL.len()] = Default::default();
        let mut parser = serde_json::Deserializer::from_str(json);
        let object = Object { plan: self, prefix: "", values: &mut values };
        let is_object = object.deserialize(&mut parser).map_err(|error| json_fault(&error))?;
        parser.end().map_err(|error| json_fault(&error))?;
        if !is_object {
            return Err("it is no JSON object".to_owned());
        }
        let key = || {
            let keys = self.keys.iter().filter(|key| key.field == Field::Text);
            keys.map(|key| format!("`{}`", key.path)).collect::<Vec<_>>().join(" or ")
        };
        let text = match values[Field::Text as usize].take() {
            Some((_, Value::Text(text))) => text.into_owned(),
            Some((_, Value::Other(kind))) => {
                return Err(format!("{} is {kind}, not a text", key()));
            }
            None => {
                let mut seen = keys_of(json);
                seen.truncate(20);
                let seen = if seen.is_empty() { "none".to_owned() } else { seen.join(", ") };
                return Err(format!("{} is missing or null; fields seen: {seen}", key()));
            }
        };
        if text.len() > max_text {
            return Err(too_long("the text", max_text));
        }
        let mut record = Record::new(text);
        for field in &Field::ALL[1..] {
            if let Some((_, Value::Text(value))) = values[*field as usize].take() {
                mapping::put(&mut record, *field, value.into_owned());
            }
        }
        Ok(record)
    }
}

/// What the parser says, without the line: a record is one line to it.
pub(super) fn json_fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    if error.line() > 1 {
        format!("broken JSON: {what} (line {} of the record, column {})", error.line(), error.column())
    } else {
        format!("broken JSON: {what} (column {})", error.column())
    }
}

/// The keys of an object, none if it is none.
#[allow(clippy::zero_sized_map_values, reason = "serde reads an object only as a map")]
fn keys_of(json: &str) -> Vec<String> {
    let keys: Result<BTreeMap<String, IgnoredAny>, _> = serde_json::from_str(json);
    keys.map_or_else(|_| Vec::new(), |keys| keys.into_keys().collect())
}

/// A value as far as a field can use it.
#[derive(Clone, Debug)]
enum Value<'de> {
    Text(Cow<'de, str>),
    Other(&'static str),
}

/// What to do with the value of a key.
enum Action<'p> {
    Skip,
    /// The keys of the plan that want it, as bits.
    Take(u32),
    /// Some key of the plan goes on below, with this prefix.
    Descend(&'p str),
}

/// Reads an object, or an object inside it, into `values`; tells whether it was one.
struct Object<'p, 'v, 'de> {
    plan: &'p Plan,
    prefix: &'p str,
    values: &'v mut [Option<(u8, Value<'de>)>; Field::ALL.len()],
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_, 'de> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_, 'de> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while let Some(action) = map.next_key_seed(KeySeed { plan: self.plan, prefix: self.prefix })? {
            match action {
                Action::Skip => {
                    map.next_value::<IgnoredAny>()?;
                }
                Action::Descend(prefix) => {
                    let inner = Object { plan: self.plan, prefix, values: &mut *self.values };
                    map.next_value_seed(inner)?;
                }
                Action::Take(wanted) => {
                    let Some(value) = map.next_value_seed(ValueSeed)? else {
                        continue;
                    };
                    for (index, key) in self.plan.keys.iter().enumerate() {
                        if wanted & (1 << index) == 0 {
                            continue;
                        }
                        let place = &mut self.values[key.field as usize];
                        if place.as_ref().is_none_or(|(rank, _)| key.rank <= *rank) {
                            *place = Some((key.rank, value.clone()));
                        }
                    }
                }
            }
        }
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
}

struct KeySeed<'p> {
    plan: &'p Plan,
    prefix: &'p str,
}

impl<'p, 'de> DeserializeSeed<'de> for KeySeed<'p> {
    type Value = Action<'p>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Action<'p>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for KeySeed<'p> {
    type Value = Action<'p>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<Action<'p>, E> {
        let mut taken = 0;
        let mut below = None;
        for (index, key) in self.plan.keys.iter().enumerate() {
            // Lengths and first letters settle nearly all, without a call to compare.
            let Some(rest) = key.path.as_bytes().get(self.prefix.len()..) else {
                continue;
            };
            if rest.len() < name.len() || rest.first() != name.as_bytes().first() {
                continue;
            }
            let (start, after) = rest.split_at(name.len());
            if !matches!(after.first(), None | Some(b'.'))
                || start != name.as_bytes()
                || !key.path.starts_with(self.prefix)
            {
                continue;
            }
            if after.is_empty() {
                taken |= 1 << index;
            } else {
                below = key.path.get(..=self.prefix.len() + name.len());
            }
        }
        Ok(match below {
            _ if taken != 0 => Action::Take(taken),
            Some(prefix) => Action::Descend(prefix),
            None => Action::Skip,
        })
    }
}

/// Reads a value as text; `None` for null.
struct ValueSeed;

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Option<Value<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Option<Value<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Borrowed(if value { "true" } else { "false" }))))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Owned(value.to_string()))))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Owned(value.to_string()))))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(Cow::Owned(value.to_string()))))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Some(Value::Other("an array")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Some(Value::Other("an object")))
    }
}
