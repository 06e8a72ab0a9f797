; A shortcut with an AppUserModelID: by it Windows knows whose window and whose notifications are whose. NSIS cannot set it, so
; that the shell's own objects do: IShellLink is loaded from the file, its IPropertyStore takes the value, IPersistFile saves.

!macro MakeShortcut FILE PROGRAM ID
  CreateShortcut "${FILE}" "${PROGRAM}"
  System::Call 'ole32::CoCreateInstance(g "{00021401-0000-0000-C000-000000000046}", p 0, i 1, g "{000214F9-0000-0000-C000-000000000046}", *p .r0) i .r9'
  ${If} $9 = 0
    System::Call '$0->0(g "{0000010B-0000-0000-C000-000000000046}", *p .r1) i .r9' ; QueryInterface: IPersistFile
    ${If} $9 = 0
      System::Call '$1->5(w "${FILE}", i 2) i .r9' ; Load, for reading and writing
      System::Call '$0->0(g "{886D8EEB-8CF2-4446-8D02-CDBA1DBDCF99}", *p .r2) i .r8' ; QueryInterface: IPropertyStore
      ${If} $8 = 0
        System::Call '*(&g16 "{9F4C2855-9F79-4B39-A8D0-E1D42DE1D5F3}", &i4 5) p .r3' ; PKEY_AppUserModel_ID
        System::Call '*(&w128 "${ID}") p .r4'
        System::Call '*(&i2 31, &i2 0, &i4 0, p r4, p 0) p .r5' ; a PROPVARIANT that holds a text (VT_LPWSTR)
        System::Call '$2->6(p r3, p r5) i .r8' ; SetValue
        ${If} $8 = 0
          System::Call '$2->7() i .r8' ; Commit
          System::Call '$1->6(w "${FILE}", i 1) i .r8' ; Save
        ${EndIf}
        System::Free $3
        System::Free $4
        System::Free $5
        System::Call '$2->2()' ; Release
      ${EndIf}
      System::Call '$1->2()'
    ${EndIf}
    System::Call '$0->2()'
  ${EndIf}
!macroend
