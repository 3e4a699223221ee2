//! Finds the mistake of a page that makes a request in the mode `no-cors`. In this mode, a script cannot read the
//! response.

use alloc::vec::Vec;

use super::{Refused, miss};
use crate::{
    explain::refusal::{NearMiss, NearMissKind as Kind},
    infrastructure::response::Response,
};

pub(super) fn near_misses(refused: &Refused<'_>, response: &Response) -> Vec<NearMiss> {
    let origin = refused.page;
    let allowed = response.header_list.get("access-control-allow-origin");
    let is_allowed = allowed.is_some_and(|allowed| {
        *allowed == *origin.as_bytes() || (*allowed == *b"*" && !refused.is_credentialed)
    });
    let sentence = if is_allowed {
        "use the mode `cors`: the response has the CORS headers for it, and a script can then read the response. If the mode stays `no-cors`, the response is hidden from scripts after the change below, too"
    } else {
        "the mode is `no-cors`: after the change below, the page can show the response, but the response is still hidden from scripts. To read it, use the mode `cors`, and allow the origin of the page"
    };
    Vec::from([miss(Kind::NoCorsMode, sentence)])
}
