//! Questions. A question names one pure function, and has the arguments of this function.

use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::value::RawValue;

use super::{
    LineError,
    line_error::{from_json, from_open_json},
    list::{pairs, strings},
    members::{NOT_A_BYTE, not_a_url},
    object::{present, unknown_member, word},
    text::{Pairs, Text},
};
use crate::{
    fetching::tao_check::tao_check,
    infrastructure::{
        bytes::{isomorphic_decode, isomorphic_encode},
        forbidden::is_forbidden_request_header,
        header::{HeaderName, HeaderValue, normalize},
        header_list::{HeaderList, convert_header_names_to_a_sorted_lowercase_set},
        method,
        origin::{Origin, TupleOrigin},
        range::{AllowWhitespace, Decimal, parse_a_single_range_header_value},
        request::{Mode, Request, ResponseTainting},
        response::Response,
        safelist::{
            cors_unsafe_request_header_names, is_cors_safelisted_request_header,
            is_cors_safelisted_response_header_name, is_no_cors_safelisted_request_header,
        },
    },
};

/// A question: one pure function and its arguments.
///
/// ```
/// use fetch_cors::cases::Question;
///
/// let question = Question::parse(r#"{"id":"a","fn":"header-name","value":"a b"}"#)?;
/// assert_eq!(question.answer()?.result, false);
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Question<'a> {
    id: Cow<'a, str>,
    function: Function,
    arguments: Arguments<'a>,
}

/// The answer to a question.
///
/// ```
/// use fetch_cors::cases::Question;
/// let question = Question::parse(r#"{"id":"a","fn":"get-decode-split","values":["b,c"]}"#)?;
/// let answer = serde_json::to_string(&question.answer()?).unwrap();
/// assert_eq!(answer, r#"{"id":"a","result":["b","c"]}"#);
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionAnswer<'a> {
    /// The id of the question.
    pub id: Cow<'a, str>,
    /// The result.
    pub result: QuestionResult,
}

/// The result of the function that a question names.
///
/// ```
/// use fetch_cors::cases::QuestionResult;
/// assert_eq!(serde_json::to_string(&QuestionResult::Null(()))?, "null");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
// Exhaustive: version 2 of the format has these types of results.
pub enum QuestionResult {
    /// A boolean.
    Boolean(bool),
    /// A byte string, isomorphically decoded.
    String(String),
    /// A list of byte strings, isomorphically decoded.
    List(Vec<String>),
    /// The two ends of a range.
    Range([Option<Integer>; 2]),
    /// Null. A parser that fails also has this result.
    Null(()),
}

impl PartialEq<bool> for QuestionResult {
    fn eq(&self, other: &bool) -> bool {
        *self == Self::Boolean(*other)
    }
}

/// A non-negative integer of any size.
///
/// ```
/// use fetch_cors::cases::Question;
/// let json = r#"{"id":"a","fn":"parse-single-range","value":"bytes=0-18446744073709551616","allow_whitespace":false}"#;
/// let answer = serde_json::to_string(&Question::parse(json)?.answer()?).unwrap();
/// assert_eq!(answer, r#"{"id":"a","result":[0,18446744073709551616]}"#);
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integer(String);

impl Integer {
    /// Returns the decimal digits, without leading zeros.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl Serialize for Integer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.parse::<u64>() {
            Ok(number) => serializer.serialize_u64(number),
            Err(_) => RawValue::from_string(self.0.clone())
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
        }
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Function {
    CorsSafelistedRequestHeader,
    NoCorsSafelistedRequestHeader,
    ForbiddenRequestHeader,
    CorsUnsafeRequestHeaderNames,
    CorsSafelistedResponseHeaderName,
    CorsSafelistedMethod,
    ForbiddenMethod,
    Method,
    NormalizeMethod,
    HeaderName,
    HeaderValueNormalize,
    GetDecodeSplit,
    ParseSingleRange,
    SerializeOrigin,
    TaoCheck,
}

#[derive(Debug, Deserialize)]
struct QuestionText<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(rename = "fn", deserialize_with = "word")]
    function: Function,
}

/// The arguments of a question, not yet parsed. The fields are the arguments of all functions. If a question has an
/// argument that its function does not have, the question is refused.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Arguments<'a> {
    #[serde(rename = "id")]
    _id: IgnoredAny,
    #[serde(rename = "fn")]
    _function: IgnoredAny,
    /// The members `expect`, `source` and `note` belong to vectors.
    #[serde(default, rename = "expect", deserialize_with = "present")]
    _expect: Option<IgnoredAny>,
    #[serde(borrow, default, rename = "source", deserialize_with = "present")]
    _source: Option<Text<'a>>,
    #[serde(borrow, default, rename = "note", deserialize_with = "present")]
    _note: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    name: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    value: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    headers: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    list: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    values: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    allow_whitespace: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    url: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    origin: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    tainting: Option<&'a RawValue>,
}

impl<'a> Question<'a> {
    /// Parses a question. [`answer`](Self::answer) parses the arguments.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] that names the member with the error.
    pub fn parse(json: &'a str) -> Result<Self, LineError> {
        let QuestionText { id, function } = from_open_json(json)?;
        let arguments = from_json(json).and_then(|arguments: Arguments<'a>| {
            arguments.check_names(function)?;
            Ok(arguments)
        });
        let arguments = arguments.map_err(|error| function.explain(json, error))?;
        Ok(Self {
            id: id.0,
            function,
            arguments,
        })
    }

    /// Calls the function and returns its result.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] that names the missing or wrong argument.
    pub fn answer(self) -> Result<QuestionAnswer<'a>, LineError> {
        let result = self.arguments.apply(self.function)?;
        Ok(QuestionAnswer {
            id: self.id,
            result,
        })
    }
}

/// The members that the questions of all functions can have.
const COMMON_MEMBERS: [&str; 5] = ["id", "fn", "expect", "source", "note"];

impl Function {
    /// Adds a suggestion to the error for an unknown member. The suggestion is the nearest name of a known member that
    /// the question lacks. If no name is near, the error lists the arguments of `fn` that the question lacks. Any other
    /// error does not change.
    #[cold]
    fn explain(self, json: &str, error: LineError) -> LineError {
        if !error.is_unknown_member() {
            return error;
        }
        let Ok(given) = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(json) else {
            return error;
        };
        let absent = |names: &[&'static str]| -> Vec<&'static str> {
            let names = names.iter().copied();
            names.filter(|name| !given.contains_key(*name)).collect()
        };
        let arguments = absent(self.arguments());
        let suggested = [&*arguments, &absent(&COMMON_MEMBERS)].concat();
        let reason = unknown_member(error.path(), &suggested, &arguments);
        LineError::new(error.path(), reason)
    }

    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::CorsSafelistedRequestHeader
            | Self::NoCorsSafelistedRequestHeader
            | Self::ForbiddenRequestHeader => &["name", "value"],
            Self::CorsUnsafeRequestHeaderNames => &["headers"],
            Self::CorsSafelistedResponseHeaderName => &["name", "list"],
            Self::CorsSafelistedMethod
            | Self::ForbiddenMethod
            | Self::Method
            | Self::NormalizeMethod
            | Self::HeaderName
            | Self::HeaderValueNormalize => &["value"],
            Self::GetDecodeSplit => &["values"],
            Self::ParseSingleRange => &["value", "allow_whitespace"],
            Self::SerializeOrigin => &["url"],
            Self::TaoCheck => &["origin", "tainting", "values"],
        }
    }
}

impl Arguments<'_> {
    /// Refuses an argument that `function` does not have.
    fn check_names(&self, function: Function) -> Result<(), LineError> {
        let given = [
            ("name", self.name),
            ("value", self.value),
            ("headers", self.headers),
            ("list", self.list),
            ("values", self.values),
            ("allow_whitespace", self.allow_whitespace),
            ("url", self.url),
            ("origin", self.origin),
            ("tainting", self.tainting),
        ];
        let names = function.arguments();
        let given = given
            .into_iter()
            .filter_map(|(name, value)| value.map(|_| name));
        match given.clone().find(|name| !names.contains(name)) {
            Some(refused) => {
                let absent = names.iter().copied();
                let absent: Vec<&str> = absent
                    .filter(|name| given.clone().all(|given| given != *name))
                    .collect();
                let reason = unknown_member(refused, &absent, &absent);
                Err(LineError::new(refused, reason))
            }
            None => Ok(()),
        }
    }

    fn apply(&self, function: Function) -> Result<QuestionResult, LineError> {
        use QuestionResult as R;
        Ok(match function {
            Function::CorsSafelistedRequestHeader => R::Boolean(is_cors_safelisted_request_header(
                &self.name()?,
                &self.value()?,
            )),
            Function::NoCorsSafelistedRequestHeader => R::Boolean(
                is_no_cors_safelisted_request_header(&self.name()?, &self.value()?),
            ),
            Function::ForbiddenRequestHeader => {
                R::Boolean(is_forbidden_request_header(&self.name()?, &self.value()?))
            }
            Function::CorsUnsafeRequestHeaderNames => {
                let names = cors_unsafe_request_header_names(&self.headers()?);
                R::List(names.iter().map(ToString::to_string).collect())
            }
            Function::CorsSafelistedResponseHeaderName => {
                let list = convert_header_names_to_a_sorted_lowercase_set(self.list()?);
                R::Boolean(match HeaderName::new(&self.name()?) {
                    Ok(name) => is_cors_safelisted_response_header_name(&name, &list),
                    Err(_) => false,
                })
            }
            Function::CorsSafelistedMethod => {
                R::Boolean(method::is_cors_safelisted_method(&self.value()?))
            }
            Function::ForbiddenMethod => R::Boolean(method::is_forbidden_method(&self.value()?)),
            Function::Method => {
                R::Boolean(self.text()?.is_some_and(|value| method::is_method(&value)))
            }
            Function::NormalizeMethod => {
                R::String(isomorphic_decode(method::normalize(&self.value()?)))
            }
            Function::HeaderName => R::Boolean(
                self.text()?
                    .is_some_and(|value| HeaderName::new(&value).is_ok()),
            ),
            Function::HeaderValueNormalize => {
                R::String(isomorphic_decode(normalize(&self.value()?)))
            }
            Function::GetDecodeSplit => match self.lines("a")?.get_decode_and_split("a") {
                Some(values) => R::List(
                    values
                        .iter()
                        .map(|value| isomorphic_decode(value))
                        .collect(),
                ),
                None => R::Null(()),
            },
            Function::ParseSingleRange => {
                let allow_whitespace = if argument("allow_whitespace", self.allow_whitespace)? {
                    AllowWhitespace::Yes
                } else {
                    AllowWhitespace::No
                };
                let value = self.value()?;
                let integer = |decimal: Decimal<'_>| Integer(String::from(decimal.digits()));
                match parse_a_single_range_header_value(&value, allow_whitespace) {
                    Some(range) => R::Range([range.start.map(integer), range.end.map(integer)]),
                    None => R::Null(()),
                }
            }
            Function::SerializeOrigin => {
                let origin = TupleOrigin::from_url(&parse_url("url", self.url)?);
                R::String(String::from(
                    origin.as_ref().map_or("null", TupleOrigin::serialize),
                ))
            }
            Function::TaoCheck => R::Boolean(self.tao_check()?),
        })
    }

    fn tao_check(&self) -> Result<bool, LineError> {
        let text: Text<'_> = argument("origin", self.origin)?;
        let origin = Origin::parse(&*text.0).map_err(|error| LineError::new("origin", error))?;
        let url = Url::parse("https://tao.invalid/").map_err(|error| LineError::new("", error))?;
        let mut request = Request::new(origin, url);
        request.mode = Mode::Cors;
        let tainting: Text<'_> = argument("tainting", self.tainting)?;
        request.response_tainting = match &*tainting.0 {
            "basic" => ResponseTainting::Basic,
            "cors" => ResponseTainting::Cors,
            "opaque" => ResponseTainting::Opaque,
            _ => {
                let reason = "this is not a response tainting: use `basic`, `cors` or `opaque`";
                return Err(LineError::new("tainting", reason));
            }
        };
        let response = Response::new(http::StatusCode::OK, self.lines("timing-allow-origin")?);
        Ok(tao_check(&request, &response).is_ok())
    }

    fn name(&self) -> Result<Vec<u8>, LineError> {
        byte_string("name", &argument("name", self.name)?)
    }

    fn value(&self) -> Result<Vec<u8>, LineError> {
        byte_string("value", &argument("value", self.value)?)
    }

    /// Returns the value as bytes, or `None` if a code point is above U+00FF.
    fn text(&self) -> Result<Option<Vec<u8>>, LineError> {
        let text: Text<'_> = argument("value", self.value)?;
        Ok(isomorphic_encode(&text.0))
    }

    fn list(&self) -> Result<Vec<HeaderName>, LineError> {
        let Strings(list) = argument("list", self.list)?;
        // A string that is not a header name matches no header, so the string is dropped.
        Ok(list.iter().filter_map(|name| name.0.parse().ok()).collect())
    }

    fn headers(&self) -> Result<HeaderList, LineError> {
        let Headers(pairs) = argument("headers", self.headers)?;
        let pairs = pairs.iter().map(|(name, value)| {
            Ok((
                byte_string("headers", name)?,
                byte_string("headers", value)?,
            ))
        });
        HeaderList::from_pairs(pairs.collect::<Result<Vec<_>, LineError>>()?)
            .map_err(|error| LineError::new("headers", error))
    }

    /// Returns header lines with the given name, one for each entry of `values`.
    fn lines(&self, name: &'static str) -> Result<HeaderList, LineError> {
        let Strings(values) = argument("values", self.values)?;
        let lines = values.iter().map(|value| {
            let value = byte_string("values", value)?;
            let value =
                HeaderValue::received(&value).map_err(|error| LineError::new("values", error))?;
            Ok((HeaderName::from_static(name), value))
        });
        lines.collect()
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Strings<'a>(#[serde(borrow, deserialize_with = "strings")] Vec<Text<'a>>);

#[derive(Deserialize)]
#[serde(transparent)]
struct Headers<'a>(#[serde(borrow, deserialize_with = "pairs")] Pairs<'a>);

fn argument<'a, T: Deserialize<'a>>(
    member: &str,
    given: Option<&'a RawValue>,
) -> Result<T, LineError> {
    let given = given.ok_or_else(|| LineError::new(member, "this argument is missing: add it"))?;
    from_json(given.get()).map_err(|error| error.within(member))
}

fn byte_string(member: &str, text: &Text<'_>) -> Result<Vec<u8>, LineError> {
    isomorphic_encode(&text.0).ok_or_else(|| LineError::new(member, NOT_A_BYTE))
}

fn parse_url(member: &str, given: Option<&RawValue>) -> Result<Url, LineError> {
    let url: Text<'_> = argument(member, given)?;
    Url::parse(&url.0).map_err(|error| LineError::new(member, not_a_url(&url.0, error)))
}
