//! Returns freed memory to the system. It matters for a hundred thousand files, and because the browser runs for hours after
//! it has read gigabytes.

/// Returns freed memory. The allocator of Linux keeps free memory between pieces that are still in use: of 10 million events
/// these were 360 MB. That of Windows returns large pieces by itself.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "it is a call into C")]
pub fn give_back() {
    // SAFETY: it takes no pointer, may be called from any thread at any time, and changes nothing that is in use
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Returns freed memory: here the allocator does that by itself.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
