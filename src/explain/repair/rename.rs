//! The edit that corrects the misspelled name of a header and keeps its value.

use alloc::string::String;

use crate::{
    Failure,
    explain::{checked_header::checked_header, fix::Edit, header_name::misspelled},
    fetching::Progress,
    infrastructure::response::Response,
};

/// Returns the edit that renames a misspelled header, if the response lacks the header of the failed check. The value is
/// possibly wrong, so the caller has to [check](is_accepted) the renamed header.
pub(super) fn renamed(failure: Failure, response: &Response) -> Option<Edit> {
    let to = checked_header(failure)?;
    if response.header_list.contains(to) {
        return None;
    }
    let from = misspelled(to, &response.header_list)?;
    Some(Edit::RenameHeader {
        from: String::from(from),
        to,
    })
}

/// Whether the browser accepts the value of the renamed header. `progress` is the fetch after the answer with the renamed
/// header. `failure` is the failed check of the answer without this header.
pub(super) fn is_accepted(failure: Failure, progress: &Progress) -> bool {
    match progress {
        Progress::Done(Err(error)) => checked_header(error.failure()) != checked_header(failure),
        Progress::Done(Ok(_)) | Progress::Waiting(_) => true,
    }
}
