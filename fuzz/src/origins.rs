//! Generates origins, origin patterns, and texts that are almost an origin or a pattern.

use arbitrary::Arbitrary;

use crate::values::Value;

/// A text that resembles an origin. The text is a valid origin if all its parts are valid.
#[derive(Debug, Clone, Arbitrary)]
pub struct ParsedOrigin {
    is_plain: bool,
    form: Form,
    scheme: Scheme,
    subdomains: Subdomains,
    host: Host,
    port: Port,
    edit: Edit,
}

#[derive(Debug, Clone, Arbitrary)]
enum Form {
    SchemeHostPort,
    Again,
    Null,
    Star,
    Extensions,
    Blob,
    Odd(Value),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Scheme {
    Https,
    Http,
    UpperCase,
    Ftp,
    WebSocket,
    Misspelled,
    File,
    Tauri,
    Extension,
    None,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Subdomains {
    None,
    NoneAgain,
    One,
    Two,
    Star,
    StarTwice,
    StarInside,
    StarAtStart,
    StarAtEnd,
    Dot,
}

#[derive(Debug, Clone, Arbitrary)]
enum Host {
    Example,
    Short,
    Suffix,
    Localhost,
    Loopback,
    Address,
    ShortAddress,
    HexAddress,
    Ipv6,
    Ipv6Long,
    Punycode,
    BadPunycode,
    PunycodeOfAscii,
    Unicode,
    Underscore,
    UpperCase,
    TrailingDot,
    TwoDots,
    Percent,
    Empty,
    Long(u8),
    Odd(Value),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Port {
    None,
    Any,
    Number(u16),
    Http,
    Https,
    LeadingZero(u8),
    TooBig,
    Empty,
    Sign,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Edit {
    Nothing,
    NothingAgain,
    Slash,
    Path,
    Query,
    Fragment,
    Userinfo,
    SpaceBefore,
    SpaceBehind,
    Tab,
    Backslash,
    AndAnother,
    Byte(u8, u8),
}

impl ParsedOrigin {
    /// Returns the bytes.
    pub fn bytes(&self) -> Vec<u8> {
        if self.is_plain {
            return self.plain().into_bytes();
        }
        let text = self.unedited();
        match self.edit {
            Edit::Nothing | Edit::NothingAgain => text,
            Edit::Slash => [&text, &b"/"[..]].concat(),
            Edit::Path => [&text, &b"/a"[..]].concat(),
            Edit::Query => [&text, &b"?a"[..]].concat(),
            Edit::Fragment => [&text, &b"#a"[..]].concat(),
            Edit::SpaceBefore => [&b" "[..], &text].concat(),
            Edit::SpaceBehind => [&text, &b" "[..]].concat(),
            Edit::AndAnother => [&text, &b", https://b.example"[..]].concat(),
            Edit::Userinfo => replace(&text, b"//", b"//u:p@"),
            Edit::Backslash => replace(&text, b"//", b"\\\\"),
            Edit::Tab => replace(&text, b".", b"\t."),
            Edit::Byte(at, byte) => {
                let mut text = text;
                if let Some(other) = text.get_mut(usize::from(at)) {
                    *other = byte;
                }
                text
            }
        }
    }

    /// Returns the bytes as a string. Each byte above ASCII becomes one code point.
    pub fn text(&self) -> String {
        self.bytes().into_iter().map(char::from).collect()
    }

    /// Returns an origin or a pattern, mostly valid, with at most two wildcards.
    fn plain(&self) -> String {
        let scheme = match self.scheme {
            Scheme::Https | Scheme::UpperCase | Scheme::File | Scheme::None => "https://",
            Scheme::Tauri => return "tauri://localhost".to_owned(),
            Scheme::Extension => return "chrome-extension://*".to_owned(),
            Scheme::Ftp => return "chrome-extension://abc".to_owned(),
            _ => "http://",
        };
        let host = match self.host {
            Host::Short => "b",
            Host::Suffix | Host::Empty | Host::Percent => "example",
            Host::Localhost => "localhost",
            Host::Loopback => "127.0.0.2",
            Host::Ipv6 => "[::1]",
            Host::Punycode => "xn--bcher-kva.example",
            Host::Underscore => "my_app.example",
            Host::TrailingDot => "a.example.",
            _ => "a.example",
        };
        let subdomains = match self.subdomains {
            Subdomains::Star | Subdomains::StarTwice => "*.",
            Subdomains::StarInside => "a*b.",
            Subdomains::StarAtStart => "*-a.",
            Subdomains::StarAtEnd => "a*.",
            Subdomains::One => "a.",
            Subdomains::Two => "aab.",
            _ => "",
        };
        let port = match self.port {
            Port::Any => ":*".to_owned(),
            Port::Number(number) if ![80, 443].contains(&number) => format!(":{number}"),
            _ => String::new(),
        };
        format!("{scheme}{subdomains}{host}{port}")
    }

    fn unedited(&self) -> Vec<u8> {
        let port = self.port.text();
        let usual = [
            self.scheme.text().as_bytes(),
            self.subdomains.text().as_bytes(),
            &self.host.bytes(),
            port.as_bytes(),
        ];
        match &self.form {
            Form::SchemeHostPort | Form::Again => usual.concat(),
            Form::Null => b"null".to_vec(),
            Form::Star => b"*".to_vec(),
            Form::Extensions => [self.scheme.text().as_bytes(), b"*"].concat(),
            Form::Blob => [&b"blob:"[..], &usual.concat(), b"/1"].concat(),
            Form::Odd(value) => value.bytes(),
        }
    }
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = text.windows(from.len()).position(|window| window == from);
    match at {
        Some(at) => [&text[..at], to, &text[at + from.len()..]].concat(),
        None => text.to_vec(),
    }
}

impl Scheme {
    const fn text(self) -> &'static str {
        match self {
            Self::Https => "https://",
            Self::Http => "http://",
            Self::UpperCase => "HTTPS://",
            Self::Ftp => "ftp://",
            Self::WebSocket => "wss://",
            Self::Misspelled => "htps://",
            Self::File => "file://",
            Self::Tauri => "tauri://",
            Self::Extension => "chrome-extension://",
            Self::None => "",
        }
    }
}

impl Subdomains {
    const fn text(self) -> &'static str {
        match self {
            Self::None | Self::NoneAgain => "",
            Self::One => "a.",
            Self::Two => "a.b.",
            Self::Star => "*.",
            Self::StarTwice => "*.*.",
            Self::StarInside => "a*b.",
            Self::StarAtStart => "*-a.",
            Self::StarAtEnd => "a*.",
            Self::Dot => ".",
        }
    }
}

impl Host {
    fn bytes(&self) -> Vec<u8> {
        let host = match self {
            Self::Example => "a.example",
            Self::Short => "b",
            Self::Suffix => "example",
            Self::Localhost => "localhost",
            Self::Loopback => "127.0.0.2",
            Self::Address => "192.0.2.1",
            Self::ShortAddress => "127.1",
            Self::HexAddress => "0x7f.0.0.1",
            Self::Ipv6 => "[::1]",
            Self::Ipv6Long => "[2001:db8:0:0:1:0:0:1]",
            Self::Punycode => "xn--bcher-kva.example",
            Self::BadPunycode => "xn--a.example",
            Self::PunycodeOfAscii => "xn--abc-.example",
            Self::Unicode => "b\u{fc}cher.example",
            Self::Underscore => "my_app.example",
            Self::UpperCase => "A.example",
            Self::TrailingDot => "a.example.",
            Self::TwoDots => "a..example",
            Self::Percent => "%61.example",
            Self::Empty => "",
            Self::Long(length) => return b"a.".repeat((*length).into()),
            Self::Odd(value) => return value.bytes(),
        };
        host.chars().map(|c| c as u8).collect()
    }
}

impl Port {
    fn text(self) -> String {
        let port = match self {
            Self::None => "",
            Self::Any => ":*",
            Self::Number(number) => return format!(":{number}"),
            Self::Http => ":80",
            Self::Https => ":443",
            Self::LeadingZero(number) => return format!(":0{number}"),
            Self::TooBig => ":65536",
            Self::Empty => ":",
            Self::Sign => ":+1",
        };
        port.to_owned()
    }
}
