//! Generates header names and header values.

use arbitrary::Arbitrary;

/// A header value, composed of pieces that have a meaning in some grammar.
#[derive(Debug, Clone, Arbitrary)]
pub struct Value(Vec<Piece>);

#[derive(Debug, Clone, Arbitrary)]
enum Piece {
    Word(Word),
    Byte(u8),
    Number(u16),
    /// A repeated byte, to reach the limits of 128 and 1024 bytes.
    Run(u8, u8),
}

/// A word of a value that some algorithm accepts or almost accepts.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Word {
    Comma,
    Space,
    Tab,
    Quote,
    Backslash,
    Star,
    Semicolon,
    Slash,
    Equals,
    Hyphen,
    Colon,
    Put,
    Patch,
    Trace,
    XA,
    Authorization,
    TextPlain,
    Form,
    Multipart,
    ApplicationJson,
    Charset,
    Bytes,
    True,
    Null,
    Https,
    Host,
    Address,
    Port,
    Percent,
    Question,
    Hash,
    Big,
}

impl Word {
    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Comma => b",",
            Self::Space => b" ",
            Self::Tab => b"\t",
            Self::Quote => b"\"",
            Self::Backslash => b"\\",
            Self::Star => b"*",
            Self::Semicolon => b";",
            Self::Slash => b"/",
            Self::Equals => b"=",
            Self::Hyphen => b"-",
            Self::Colon => b":",
            Self::Put => b"PUT",
            Self::Patch => b"PATCH",
            Self::Trace => b"Trace",
            Self::XA => b"X-a",
            Self::Authorization => b"Authorization",
            Self::TextPlain => b"text/plain",
            Self::Form => b"application/x-www-form-urlencoded",
            Self::Multipart => b"Multipart/Form-Data",
            Self::ApplicationJson => b"application/json",
            Self::Charset => b";charset=utf-8",
            Self::Bytes => b"bytes=",
            Self::True => b"true",
            Self::Null => b"null",
            Self::Https => b"https://",
            Self::Host => b"a.example",
            Self::Address => b"[1::2:a]",
            Self::Port => b":8080",
            Self::Percent => b"%2F",
            Self::Question => b"?",
            Self::Hash => b"#",
            Self::Big => b"18446744073709551616",
        }
    }
}

impl Value {
    /// Returns all bytes, even bytes that a header value cannot have.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Word(word) => bytes.extend_from_slice(word.bytes()),
                Piece::Byte(byte) => bytes.push(*byte),
                Piece::Number(number) => bytes.extend_from_slice(number.to_string().as_bytes()),
                Piece::Run(byte, length) => {
                    bytes.extend(std::iter::repeat_n(*byte, (*length).into()))
                }
            }
        }
        bytes
    }

    /// Returns the bytes that HTTP delivers: without invalid bytes, and stripped at both ends.
    pub fn received(&self) -> Vec<u8> {
        let mut bytes = self.bytes();
        bytes.retain(|byte| !b"\0\r\n".contains(byte));
        strip(bytes)
    }

    /// Returns a string with one code point per byte, as a script would pass it.
    pub fn text(&self) -> String {
        self.bytes().into_iter().map(char::from).collect()
    }
}

/// Strips tabs and spaces at both ends.
fn strip(mut bytes: Vec<u8>) -> Vec<u8> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    while bytes.last().is_some_and(is_space) {
        bytes.pop();
    }
    let start = bytes.iter().position(|byte| !is_space(byte));
    bytes.split_off(start.unwrap_or(bytes.len()))
}

/// A header name.
#[derive(Debug, Clone, Arbitrary)]
pub enum Name {
    Accept,
    AcceptLanguage,
    ContentLanguage,
    ContentType,
    ContentEncoding,
    Range,
    Authorization,
    XA,
    XB,
    Star,
    MethodOverride,
    Cookie,
    SetCookie,
    SecA,
    ETag,
    CacheControl,
    Odd(Value),
}

impl Name {
    /// Returns the name. An unusual name may be invalid.
    pub fn text(&self) -> String {
        let name = match self {
            Self::Accept => "Accept",
            Self::AcceptLanguage => "Accept-Language",
            Self::ContentLanguage => "content-language",
            Self::ContentType => "Content-Type",
            Self::ContentEncoding => "Content-Encoding",
            Self::Range => "RANGE",
            Self::Authorization => "Authorization",
            Self::XA => "X-a",
            Self::XB => "x-b",
            Self::Star => "*",
            Self::MethodOverride => "X-HTTP-Method-Override",
            Self::Cookie => "Cookie",
            Self::SetCookie => "Set-Cookie",
            Self::SecA => "Sec-A",
            Self::ETag => "ETag",
            Self::CacheControl => "Cache-Control",
            Self::Odd(value) => return value.text(),
        };
        name.to_owned()
    }

    /// Returns the name. If the name is not a token, returns `X-Odd`.
    pub fn token(&self) -> String {
        let name = self.text();
        if crate::naive::is_name(&name) {
            name
        } else {
            "X-Odd".to_owned()
        }
    }
}
