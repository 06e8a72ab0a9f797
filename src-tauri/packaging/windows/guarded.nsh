; An installer starts in a folder of downloads, where anything may lie. From its first line on, this process takes libraries from
; Windows' own folder alone (LOAD_LIBRARY_SEARCH_SYSTEM32), never from beside itself or from the working folder.
!macro LoadOnlyFromTheSystem
  System::Call 'kernel32::SetDefaultDllDirectories(i 0x800)'
  System::Call 'kernel32::SetDllDirectoryW(w "")'
!macroend
