//! The window of a program that was started without a shell: Windows closes it when the program ends, with its output.

/// Returns whether the program has a console of its own, because a file was dropped on it, or it was opened in the Explorer.
/// In a shell at least the shell is in the console, too.
#[cfg(windows)]
#[expect(unsafe_code, reason = "it is a call into Windows")]
pub(super) fn is_own() -> bool {
    let mut processes = [0_u32; 2];
    // SAFETY: it writes at most as many numbers as the second argument says, which is the length of the array
    let count = unsafe {
        windows_sys::Win32::System::Console::GetConsoleProcessList(
            processes.as_mut_ptr(),
            processes.len() as u32,
        )
    };
    count == 1
}

/// Returns whether the program has a console of its own: elsewhere a terminal decides what it does with its window.
#[cfg(not(windows))]
pub(super) fn is_own() -> bool {
    false
}

/// Waits for a key, so that the output can be read.
pub(super) fn wait() {
    let terminal = console::Term::stderr();
    if terminal.is_term() {
        super::output::note("press any key to close this window");
        // a window without a keyboard is closed
        let _ = terminal.read_key();
    }
}
