; This user's PATH, with a folder more or less. It may be longer than a text of NSIS (1,024 characters), which would cut it off, so
; that it is read, changed and written in memory of its own. Everything else in it stays as it is, variables and kind included.

!define HKCU -2147483647 ; HKEY_CURRENT_USER, with its sign, as 64 bits want it
!define REG_EXPAND_SZ 2
!define TEXT_AS_IT_STANDS 0x10000006 ; RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND

!macro PathFunctions UN

; Leaves in $1 where ";PATH;" stands, with room for $INSTDIR at its end, and in $2 its kind; 0 in $1 if it cannot be read.
Function ${UN}ReadPath
  StrCpy $1 0
  System::Call 'advapi32::RegGetValueW(p ${HKCU}, w "Environment", w "Path", i ${TEXT_AS_IT_STANDS}, *i .r2, p 0, *i .r3) i .r4'
  ${If} $4 = 2 ; there is none
    StrCpy $2 ${REG_EXPAND_SZ}
    StrCpy $3 2
  ${ElseIf} $4 <> 0
    Return
  ${EndIf}
  StrLen $5 "$INSTDIR"
  IntOp $5 $5 + 8
  IntOp $5 $5 * 2
  IntOp $5 $5 + $3
  System::Alloc $5
  Pop $1
  System::Call 'kernel32::lstrcpyW(p r1, w ";")'
  ${If} $4 = 0
    IntPtrOp $6 $1 + 2
    System::Call 'advapi32::RegGetValueW(p ${HKCU}, w "Environment", w "Path", i ${TEXT_AS_IT_STANDS}, p 0, p r6, *i r3) i .r4'
    ${If} $4 <> 0
      System::Free $1
      StrCpy $1 0
      Return
    ${EndIf}
  ${EndIf}
  System::Call 'kernel32::lstrcatW(p r1, w ";")'
FunctionEnd

; Writes what stands between the first and the last character at $1, and lets go of the memory.
Function ${UN}WritePath
  System::Call 'kernel32::lstrlenW(p r1) i .r3'
  ${If} $3 < 3
    DeleteRegValue HKCU "Environment" "Path"
  ${Else}
    IntOp $4 $3 - 1
    IntOp $4 $4 * 2
    IntPtrOp $5 $1 + $4
    System::Call '*$5(&i2 0)'
    IntPtrOp $5 $1 + 2
    ; $4 is the length in bytes of what is left, with the 0 at its end.
    System::Call 'advapi32::RegSetKeyValueW(p ${HKCU}, w "Environment", w "Path", i r2, p r5, i r4) i .r6'
  ${EndIf}
  System::Free $1
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
FunctionEnd

!macroend

!insertmacro PathFunctions ""
!insertmacro PathFunctions "un."

Function AddToPath
  Call ReadPath
  ${If} $1 P= 0
    DetailPrint "The PATH could not be read, and stays as it is."
    Return
  ${EndIf}
  System::Call 'shlwapi::StrStrIW(p r1, w ";$INSTDIR;") p .r3'
  ${If} $3 P<> 0
    System::Free $1
    Return
  ${EndIf}
  ; An empty entry at its end would mean the working folder to some programs; none is made.
  System::Call 'kernel32::lstrlenW(p r1) i .r3'
  ${If} $3 = 2
    System::Call 'kernel32::lstrcpyW(p r1, w ";$INSTDIR;")'
  ${Else}
    IntOp $3 $3 - 2
    IntOp $3 $3 * 2
    IntPtrOp $4 $1 + $3
    System::Call '*$4(&i2 .r5)'
    ${If} $5 = 59 ; it ends with a semicolon, and is to end so again
      IntPtrOp $4 $4 + 2
      System::Call '*$4(&i2 0)'
      System::Call 'kernel32::lstrcatW(p r1, w "$INSTDIR;;")'
    ${Else}
      System::Call 'kernel32::lstrcatW(p r1, w "$INSTDIR;")'
    ${EndIf}
  ${EndIf}
  Call WritePath
FunctionEnd

Function un.RemoveFromPath
  Call un.ReadPath
  ${If} $1 P= 0
    DetailPrint "The PATH could not be read, and stays as it is."
    Return
  ${EndIf}
  System::Call 'shlwapi::StrStrIW(p r1, w ";$INSTDIR;") p .r3'
  ${If} $3 P= 0
    System::Free $1
    Return
  ${EndIf}
  StrLen $4 ";$INSTDIR"
  IntOp $4 $4 * 2
  IntPtrOp $4 $3 + $4
  System::Call 'kernel32::lstrlenW(p r4) i .r5'
  IntOp $5 $5 + 1
  IntOp $5 $5 * 2
  System::Call 'ntdll::memmove(p r3, p r4, p r5)'
  Call un.WritePath
FunctionEnd
