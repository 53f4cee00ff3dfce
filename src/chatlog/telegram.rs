//! `result.json` of Telegram Desktop, one chat or a full account.
//!
//! The file is walked, not loaded: only one message is in memory at a time.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::format::{Head, Sniff};
use super::input::{Input, decode, read_fault, too_long};
use super::json::json_fault;
use super::json_scan::{Capture, Scanner};
use super::open::Options;
use super::{Entry, Hidden, Record, Records, time};

/// Keys and names longer than this are not Telegram's.
const MAX_NAME: usize = 64 * 1024;

/// Sees an account, a chat with a type of Telegram's, or messages of its shape.
pub(super) fn sniff(head: &Head<'_>) -> Option<Sniff> {
    if !head.text.trim_start().starts_with('{') {
        return None;
    }
    let bytes = head.text.as_bytes().to_vec();
    let mut walk = Walk::new(Scanner::new(Box::new(std::io::Cursor::new(bytes))));
    let mut raw = Vec::new();
    let found = walk.next_message(&mut raw, usize::MAX);
    if walk.lists > 0 {
        return Some(Sniff::sure("it has a list of Telegram chats"));
    }
    let kinds = ["_chat", "_group", "_supergroup", "_channel", "saved_messages"];
    if walk.messages > 0 && walk.kind.is_some_and(|kind| kinds.iter().any(|end| kind.ends_with(end))) {
        return Some(Sniff::sure("it is a chat of a Telegram type"));
    }
    let message: Shape<'_> = match found {
        Some(Found::Message(_)) => serde_json::from_slice(&raw).ok()?,
        _ => return None,
    };
    let typed = message.kind.is_some_and(|kind| kind == "message" || kind == "service");
    let own = message.date_unixtime.is_some() || message.from_id.is_some() || message.actor.is_some();
    (typed && own).then(|| Sniff::sure("its messages have the shape of Telegram's"))
}

/// The keys by which a message is known.
#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    date_unixtime: Option<IgnoredAny>,
    from_id: Option<IgnoredAny>,
    actor: Option<IgnoredAny>,
}

/// Opens an export.
pub(super) fn open(input: Input, options: &Options) -> Box<dyn Records> {
    Box::new(Telegram {
        walk: Walk::new(Scanner::new(input.stream)),
        raw: Vec::new(),
        max_record: options.max_record,
        max_text: options.max_text,
    })
}

struct Telegram {
    walk: Walk,
    raw: Vec<u8>,
    max_record: usize,
    max_text: usize,
}

impl Records for Telegram {
    fn next_entry(&mut self) -> Option<Entry> {
        Some(match self.walk.next_message(&mut self.raw, self.max_record)? {
            Found::Message(line) => {
                let (text, lossy) = decode(&self.raw);
                let outcome = record(&text, self.walk.title(), self.max_text);
                Entry::new(line, lossy, outcome)
            }
            Found::TooLong(line) => Entry::new(line, false, Err(too_long("the record", self.max_record))),
            Found::Fault(line, reason) => Entry::fault(line, reason),
        })
    }
}

/// Where the walk stands.
#[derive(Clone, Copy)]
enum Place {
    /// In the account, one of its lists of chats, or a chat: all are objects, known by their keys.
    Object,
    Chats,
    Messages,
}

/// What the walk comes to.
enum Found {
    /// A message is in the buffer.
    Message(u64),
    TooLong(u64),
    Fault(u64, String),
}

/// A walk from message to message.
struct Walk {
    scanner: Scanner,
    /// Outermost first; `None` before the start.
    places: Option<Vec<Place>>,
    /// Lists of chats and of messages that were entered.
    lists: usize,
    messages: usize,
    name: Option<String>,
    id: Option<String>,
    kind: Option<String>,
    /// The name of the chat before, to tell two chats of the same name apart.
    last_name: Option<String>,
    title: Option<String>,
    over: bool,
}

impl Walk {
    fn new(scanner: Scanner) -> Self {
        Walk {
            scanner,
            places: None,
            lists: 0,
            messages: 0,
            name: None,
            id: None,
            kind: None,
            last_name: None,
            title: None,
            over: false,
        }
    }

    /// What the chat is called: its name, else its number.
    fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Goes on to the next message.
    fn next_message(&mut self, raw: &mut Vec<u8>, max: usize) -> Option<Found> {
        if self.over {
            return None;
        }
        match self.walk(raw, max) {
            Ok(Some(found)) => {
                self.over = matches!(found, Found::Fault(..));
                Some(found)
            }
            Ok(None) => {
                self.over = true;
                None
            }
            Err(error) => {
                self.over = true;
                Some(Found::Fault(self.scanner.line, read_fault(&error)))
            }
        }
    }

    fn walk(&mut self, raw: &mut Vec<u8>, max: usize) -> std::io::Result<Option<Found>> {
        let mut places = match self.places.take() {
            Some(places) => places,
            None => match self.scanner.peek(b"")? {
                Some(b'{') => {
                    self.scanner.bump();
                    vec![Place::Object]
                }
                None => return Ok(None),
                Some(_) => return Ok(Some(self.fault("it is no JSON object"))),
            },
        };
        while let Some(place) = places.last().copied() {
            let Some(next) = self.scanner.peek(b",")? else {
                return Ok(Some(self.fault("the file ends before its chats do")));
            };
            let line = self.scanner.line;
            match (place, next) {
                (Place::Object, b'}') | (Place::Chats | Place::Messages, b']') => {
                    self.scanner.bump();
                    places.pop();
                }
                (Place::Object, b'"') => {
                    if let Some(fault) = self.key(&mut places, raw)? {
                        return Ok(Some(fault));
                    }
                }
                (Place::Object, _) => return Ok(Some(self.fault("broken JSON: a key is missing"))),
                (Place::Chats, b'{') => {
                    self.scanner.bump();
                    (self.name, self.id, self.kind) = (None, None, None);
                    places.push(Place::Object);
                }
                (Place::Chats, _) => {
                    if self.scanner.capture(raw, 0)? == Capture::Cut {
                        return Ok(Some(self.fault("the file ends before its chats do")));
                    }
                }
                (Place::Messages, _) => {
                    let found = match self.scanner.capture(raw, max)? {
                        Capture::Whole => Found::Message(line),
                        Capture::TooLong => Found::TooLong(line),
                        Capture::Cut => Found::Fault(line, "the file ends inside this record".to_owned()),
                    };
                    self.places = Some(places);
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// Takes a key and what belongs to it.
    fn key(&mut self, places: &mut Vec<Place>, raw: &mut Vec<u8>) -> std::io::Result<Option<Found>> {
        let capture = self.scanner.capture(raw, MAX_NAME)?;
        let key: String = match capture {
            Capture::Whole => serde_json::from_slice(raw).unwrap_or_default(),
            Capture::TooLong => String::new(),
            Capture::Cut => return Ok(Some(self.fault("the file ends inside a key"))),
        };
        let colon = self.scanner.peek(b"")?;
        if colon != Some(b':') {
            return Ok(Some(self.fault("broken JSON: a key without a value")));
        }
        self.scanner.bump();
        let enter = match (key.as_str(), self.scanner.peek(b"")?) {
            ("chats" | "left_chats", Some(b'{')) => Some(Place::Object),
            ("list", Some(b'[')) => {
                self.lists += 1;
                Some(Place::Chats)
            }
            ("messages", Some(b'[')) => {
                self.messages += 1;
                self.begin_chat();
                Some(Place::Messages)
            }
            _ => None,
        };
        if let Some(place) = enter {
            self.scanner.bump();
            places.push(place);
            return Ok(None);
        }
        if self.scanner.capture(raw, MAX_NAME)? == Capture::Cut {
            return Ok(Some(self.fault("the file ends inside a value")));
        }
        match key.as_str() {
            "name" => self.name = scalar(raw),
            "id" => self.id = scalar(raw),
            "type" => self.kind = scalar(raw),
            _ => {}
        }
        Ok(None)
    }

    fn begin_chat(&mut self) {
        let same = self.name.is_some() && self.name == self.last_name;
        self.title = match (&self.name, &self.id) {
            (Some(name), Some(id)) if same => Some(format!("{name} ({id})")),
            (Some(name), _) => Some(name.clone()),
            (None, id) => id.clone(),
        };
        self.last_name.clone_from(&self.name);
    }

    fn fault(&self, reason: &str) -> Found {
        Found::Fault(self.scanner.line, reason.to_owned())
    }
}

/// A string, or a number as text.
fn scalar(raw: &[u8]) -> Option<String> {
    let value: Scalar<'_> = serde_json::from_slice(raw).ok()?;
    value.0.map(Cow::into_owned).filter(|text| !text.is_empty())
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow, default)]
    id: Scalar<'a>,
    #[serde(borrow, rename = "type", default)]
    kind: Scalar<'a>,
    #[serde(borrow, default)]
    date: Scalar<'a>,
    #[serde(borrow, default)]
    date_unixtime: Scalar<'a>,
    #[serde(borrow, default)]
    from: Scalar<'a>,
    #[serde(borrow, default)]
    from_id: Scalar<'a>,
    #[serde(borrow, default)]
    actor: Scalar<'a>,
    #[serde(borrow, default)]
    actor_id: Scalar<'a>,
    #[serde(default)]
    text: Option<Body>,
    /// The text once more; only read when `text` is no text.
    #[serde(borrow)]
    text_entities: Option<&'a RawValue>,
    #[serde(borrow)]
    contact_information: Option<&'a RawValue>,
}

/// Reads a message.
fn record(json: &str, title: Option<&str>, max_text: usize) -> Result<Record, String> {
    let message: Message<'_> = serde_json::from_str(json).map_err(|error| json_fault(&error))?;
    let mut text = match (message.text, message.text_entities) {
        (Some(Body { usable: true, text, hidden }), _) => Body { usable: true, text, hidden },
        (_, Some(entities)) => serde_json::from_str(entities.get()).unwrap_or_default(),
        (None | Some(_), None) => Body::default(),
    };
    if text.text.len() > max_text {
        return Err(too_long("the text", max_text));
    }
    if let Some(contact) = message.contact_information {
        let contact: Contact<'_> = serde_json::from_str(contact.get()).unwrap_or_default();
        if let Some(number) = contact.phone_number.0 {
            let names = [contact.first_name.0, contact.last_name.0];
            let names: Vec<_> = names.into_iter().flatten().filter(|name| !name.is_empty()).collect();
            text.hidden.push(Hidden { label: names.join(" "), target: number.into_owned() });
        }
    }
    let seconds = message.date_unixtime.0.as_deref().and_then(|seconds| seconds.parse().ok());
    let mut record = Record::new(text.text);
    record.hidden = text.hidden;
    record.service = message.kind.0.as_deref() == Some("service");
    record.id = message.id.0.map(Cow::into_owned);
    record.conversation = title.map(str::to_owned);
    record.sent_at =
        seconds.and_then(time::from_unix).or_else(|| time::local(message.date.0.as_deref().unwrap_or_default()));
    let names = [message.from, message.actor, message.from_id, message.actor_id];
    let mut names = names.into_iter().filter_map(|name| name.0);
    record.sender = names.find(|name| !name.is_empty()).map(Cow::into_owned);
    Ok(record)
}

#[derive(Deserialize, Default)]
struct Contact<'a> {
    #[serde(borrow, default)]
    first_name: Scalar<'a>,
    #[serde(borrow, default)]
    last_name: Scalar<'a>,
    #[serde(borrow, default)]
    phone_number: Scalar<'a>,
}

/// A string or a number as text; nothing for any other value.
#[derive(Default)]
struct Scalar<'a>(Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
        Ok(Scalar(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar(None))
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar(None))
    }
}

/// A text: a string, or pieces joined without anything between, since entities cut words.
#[derive(Default)]
struct Body {
    /// Whether it was a string or an array.
    usable: bool,
    text: String,
    hidden: Vec<Hidden>,
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BodyVisitor)
    }
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Body, E> {
        Ok(Body { usable: true, text: text.to_owned(), hidden: Vec::new() })
    }

    fn visit_string<E>(self, text: String) -> Result<Body, E> {
        Ok(Body { usable: true, text, hidden: Vec::new() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Body, A::Error> {
        let mut all = Body { usable: true, ..Body::default() };
        while let Some(Piece(text, target)) = seq.next_element::<Piece<'de>>()? {
            all.text.push_str(&text);
            if let Some(target) = target {
                all.hidden.push(Hidden { label: text.into_owned(), target });
            }
        }
        Ok(all)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Body, E> {
        Ok(Body::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Body, E> {
        Ok(Body::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Body, E> {
        Ok(Body::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Body, E> {
        Ok(Body::default())
    }

    fn visit_unit<E>(self) -> Result<Body, E> {
        Ok(Body::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Body::default())
    }
}

/// A piece of a text, and the target it hides.
struct Piece<'a>(Cow<'a, str>, Option<String>);

impl<'de> Deserialize<'de> for Piece<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PieceVisitor)
    }
}

struct PieceVisitor;

impl<'de> Visitor<'de> for PieceVisitor {
    type Value = Piece<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a piece of a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Piece<'de>, E> {
        Ok(Piece(Cow::Borrowed(text), None))
    }

    fn visit_str<E>(self, text: &str) -> Result<Piece<'de>, E> {
        Ok(Piece(Cow::Owned(text.to_owned()), None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Piece<'de>, A::Error> {
        let mut piece = Piece(Cow::Borrowed(""), None);
        while let Some(key) = map.next_key::<Scalar<'de>>()? {
            match key.0.as_deref() {
                Some("text") => piece.0 = map.next_value::<Scalar<'de>>()?.0.unwrap_or_default(),
                Some("href") => piece.1 = map.next_value::<Scalar<'de>>()?.0.map(Cow::into_owned),
                Some("user_id") => {
                    let id = map.next_value::<Scalar<'de>>()?.0;
                    piece.1 = id.map(|id| format!("tg://user?id={id}"));
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(piece)
    }

    fn visit_unit<E>(self) -> Result<Piece<'de>, E> {
        Ok(Piece(Cow::Borrowed(""), None))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Piece<'de>, E> {
        Ok(Piece(Cow::Owned(number.to_string()), None))
    }
}
