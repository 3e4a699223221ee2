use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{one_of, times};
use crate::{
    conformance::generate::cases::request_headers::{
        BYTES, FORBIDDEN, INVALID, LENGTHS, LISTED, PLACES, PLAIN, RequestHeader, SAFE_OR_NOT,
        SAFELISTED, TOGETHER,
    },
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
    },
};

impl<'a> Arbitrary<'a> for HeaderList {
    /// Headers of a request, at the edges of what is safelisted and of what is forbidden.
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let headers = request_headers(bytes)?;
        let pairs = headers.iter().flat_map(RequestHeader::pairs);
        let valid = pairs.filter_map(|(name, value)| {
            let value: Vec<u8> = value
                .chars()
                .map(u8::try_from)
                .collect::<core::result::Result<_, _>>()
                .ok()?;
            Some((
                HeaderName::new(name.as_bytes()).ok()?,
                HeaderValue::new(value).ok()?,
            ))
        });
        Ok(valid.collect())
    }
}

/// What an author sets.
pub(crate) fn request_headers(bytes: &mut Unstructured<'_>) -> Result<Vec<RequestHeader>> {
    match one_of(bytes, &[(2, true), (1, false)])? {
        true => times(bytes, 0..=3, |bytes| {
            let (name, value) = one_of(bytes, LISTED)?;
            Ok(RequestHeader::Given(name, value))
        }),
        false => times(bytes, 0..=4, request_header),
    }
}

#[derive(Clone)]
enum Kind {
    Given(&'static [(&'static str, &'static str)]),
    Long,
    Byte,
    Together,
}

const KINDS: &[(u32, Kind)] = &[
    (4, Kind::Given(PLAIN)),
    (5, Kind::Given(SAFE_OR_NOT)),
    (2, Kind::Given(FORBIDDEN)),
    (1, Kind::Given(INVALID)),
    (3, Kind::Long),
    (4, Kind::Byte),
    (2, Kind::Together),
];

fn request_header(bytes: &mut Unstructured<'_>) -> Result<RequestHeader> {
    Ok(match one_of(bytes, KINDS)? {
        Kind::Given(list) => {
            let (name, value) = bytes.choose(list)?;
            RequestHeader::Given(name, value)
        }
        Kind::Long => RequestHeader::Long(bytes.choose(SAFELISTED)?, *bytes.choose(LENGTHS)?),
        Kind::Byte => {
            let (name, byte) = (bytes.choose(SAFELISTED)?, bytes.choose(BYTES)?);
            RequestHeader::Byte(name, *byte, one_of(bytes, PLACES)?)
        }
        Kind::Together => RequestHeader::Together(bytes.int_in_range(TOGETHER)?),
    })
}
