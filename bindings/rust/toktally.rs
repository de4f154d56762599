//! toktally for Rust: the part of toktally.h that counts and encodes, and a safe face over it.
//!
//! ```sh
//! rustc toktally.rs -L native=/usr/local/lib -l toktally && ./toktally 'hello world'
//! ```

use std::ffi::CStr;
use std::os::raw::{c_char, c_int};

#[repr(C)]
pub struct RawEncoding {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct RawError {
    message: [c_char; 1024],
}

#[link(name = "toktally")]
extern "C" {
    fn toktally_encoding_for_model(
        model: *const c_char,
        model_size: usize,
        encoding: *mut *const RawEncoding,
        error: *mut RawError,
    ) -> c_int;
    fn toktally_count(
        encoding: *const RawEncoding,
        text: *const c_char,
        size: usize,
        options: *const u8,
        tokens: *mut u64,
        error: *mut RawError,
    ) -> c_int;
    fn toktally_encode(
        encoding: *const RawEncoding,
        text: *const c_char,
        size: usize,
        options: *const u8,
        ids: *mut u32,
        capacity: usize,
        count: *mut usize,
        error: *mut RawError,
    ) -> c_int;
}

/// A built-in encoding: nothing to free, for any number of threads.
#[derive(Clone, Copy)]
pub struct Encoding(*const RawEncoding);

unsafe impl Send for Encoding {}
unsafe impl Sync for Encoding {}

impl Encoding {
    /// By a model's name: "gpt-4o", "openai/gpt-4o-2024-08-06".
    pub fn for_model(model: &str) -> Result<Encoding, String> {
        let mut encoding = std::ptr::null();
        let mut error = RawError { message: [0; 1024] };
        let status = unsafe {
            toktally_encoding_for_model(model.as_ptr().cast(), model.len(), &mut encoding, &mut error)
        };
        if status == 0 {
            return Ok(Encoding(encoding));
        }
        let message = unsafe { CStr::from_ptr(error.message.as_ptr()) };
        Err(message.to_string_lossy().into_owned())
    }

    /// How many tokens; names of special tokens are ordinary text.
    pub fn count(&self, text: &str) -> u64 {
        let mut tokens = 0;
        let null = std::ptr::null();
        let status = unsafe {
            toktally_count(self.0, text.as_ptr().cast(), text.len(), null, &mut tokens, std::ptr::null_mut())
        };
        assert_eq!(status, 0, "counting a string cannot fail");
        tokens
    }

    /// The ids. A string never has more tokens than bytes.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::with_capacity(text.len());
        let mut count = 0;
        let status = unsafe {
            toktally_encode(
                self.0,
                text.as_ptr().cast(),
                text.len(),
                std::ptr::null(),
                ids.as_mut_ptr(),
                text.len(),
                &mut count,
                std::ptr::null_mut(),
            )
        };
        assert_eq!(status, 0, "encoding a string cannot fail");
        unsafe { ids.set_len(count) };
        ids
    }
}

fn main() {
    let text = std::env::args().nth(1).unwrap_or_else(|| "hello world".to_string());
    let encoding = Encoding::for_model("gpt-4o").expect("a known model");
    println!("{} {:?}", encoding.count(&text), encoding.encode(&text));
    let unknown = Encoding::for_model("no-such-model").err().expect("an error");
    assert!(unknown.contains("no-such-model"), "{unknown}");
}
