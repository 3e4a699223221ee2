//! Redirects that a browser follows.

use crate::infrastructure::response::{Response, is_redirect_status};

/// Whether the browser follows the response to another URL. A response with the status of a redirect and without
/// `Location` is a response like any other.
pub(super) fn is_followed_redirect(response: &Response) -> bool {
    is_redirect_status(response.status) && response.header_list.contains("location")
}
