Target amd64-unicode
; Asks the installer's own check about the file that it is started with. It ends with 0 where that is Microsoft's, else with 1. A file
; `root.der` beside it becomes a root that this user trusts.
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "WinMessages.nsh"
OutFile "${OUT}"
RequestExecutionLevel user
SilentInstall silent
!include "guarded.nsh"
!include "webview2.nsh"

Section
  ${If} ${FileExists} "$EXEDIR\root.der"
    FileOpen $0 "$EXEDIR\root.der" r
    FileSeek $0 0 END $1
    System::Call 'kernel32::SetFilePointer(p r0, i 0, p 0, i 0)'
    System::Alloc $1
    Pop $2
    System::Call 'kernel32::ReadFile(p r0, p r2, i r1, *i, p 0)'
    System::Call 'crypt32::CertOpenStore(p 10, i 0, p 0, i 0x10000, w "Root") p .r3'
    System::Call 'crypt32::CertAddEncodedCertificateToStore(p r3, i 1, p r2, i r1, i 3, p 0) i .r4'
    ${If} $4 = 0
      SetErrorLevel 3
      Quit
    ${EndIf}
    System::Call 'crypt32::CertCloseStore(p r3, i 0)'
  ${EndIf}
  ${GetParameters} $2
  System::Call 'kernel32::CreateFileW(w r2, i 0x80000000, i 1, p 0, i 3, i 0, p 0) p .r3'
  Call IsMicrosofts
  ${If} $4 = 1
    SetErrorLevel 0
  ${Else}
    SetErrorLevel 1
  ${EndIf}
  ; What the check belongs to.
  ${If} $4 = 2
    Call HaveWebView2
  ${EndIf}
SectionEnd
