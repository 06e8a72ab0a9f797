; What the installer and the uninstaller say, on plain pages of Windows' own controls.

!include "nsDialogs.nsh"

Var OpenIt
Var Words
Var Former

!macro Said TEXT TOP HEIGHT
  ${NSD_CreateLabel} 0 ${TOP}u 100% ${HEIGHT}u "${TEXT}"
  Pop $0
!macroend

Function ShowBeginning
  ReadRegStr $Former HKCU "${UNINSTALL}" "DisplayVersion"
  Call LookForWebView2
  ${If} $Former == ""
    !insertmacro MUI_HEADER_TEXT "Install ${NAME}" "For you alone; no administrator is needed."
  ${Else}
    !insertmacro MUI_HEADER_TEXT "Replace ${NAME} $Former by ${VERSION}" "For you alone; no administrator is needed."
  ${EndIf}
  nsDialogs::Create 1018
  Pop $0
  StrCpy $Words "It will be in $INSTDIR.$\r$\n$\r$\n\
      •  The window stands in the Start menu.$\r$\n\
      •  dtx, the same for terminals and scripts, is found by terminals that are opened from then on.$\r$\n\
      •  Links that bring a sign-in back from the browser open the window."
  !insertmacro Said "$Words" 0 66
  ${If} $Former != ""
    StrCpy $Words "What the background part has under way is finished first, then it is started again. Connections and settings stay as they are, but for sign-ins whose key is kept for this session only: those end with it. To keep them, press Cancel, and choose another way in Settings, Key of the vault. A window that is open goes on; the next one is the new one."
    !insertmacro Said "$Words" 70 52
  ${ElseIf} $NeedsWebView2 = 1
    StrCpy $Words "The window is drawn by Microsoft's WebView2 Runtime, which this computer does not have yet. It is fetched from Microsoft, which takes a minute or two."
    !insertmacro Said "$Words" 70 28
  ${EndIf}
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:&Install"
  nsDialogs::Show
FunctionEnd

Function ShowEnd
  !insertmacro MUI_HEADER_TEXT "${NAME} ${VERSION} is installed" "It can be removed in Settings, under Apps."
  nsDialogs::Create 1018
  Pop $0
  ${If} $NeedsWebView2 = 1
    StrCpy $Words "The window cannot be drawn yet: Microsoft's WebView2 Runtime could not be fetched, or what came was not signed by Microsoft. Its page has been opened in the browser:$\r$\n$\r$\n\
        ${WEBVIEW2_PAGE}$\r$\n$\r$\n\
        Download the Evergreen Bootstrapper there and run it, then open ${NAME} from the Start menu. dtx works in terminals already."
    !insertmacro Said "$Words" 0 90
    StrCpy $OpenIt ""
  ${Else}
    !insertmacro Said "It is in the Start menu, and as dtx in terminals that are opened from now on." 0 20
    ${NSD_CreateCheckbox} 0 28u 100% 12u "&Open ${NAME}"
    Pop $OpenIt
    ${NSD_Check} $OpenIt
  ${EndIf}
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:&Close"
  ; Nothing is left to cancel, and nothing to go back to.
  GetDlgItem $0 $HWNDPARENT 2
  ShowWindow $0 ${SW_HIDE}
  GetDlgItem $0 $HWNDPARENT 3
  ShowWindow $0 ${SW_HIDE}
  nsDialogs::Show
FunctionEnd

Function LeaveEnd
  ${If} $OpenIt != ""
    ${NSD_GetState} $OpenIt $0
    ${If} $0 = ${BST_CHECKED}
      Exec '"$INSTDIR\${WINDOW}"'
    ${EndIf}
  ${EndIf}
FunctionEnd

Function un.ShowBeginning
  !insertmacro MUI_HEADER_TEXT "Remove ${NAME}" "Its programs, its place in the Start menu, its links and its part of the PATH."
  nsDialogs::Create 1018
  Pop $0
  StrCpy $Words "What you have made stays on this computer, and is found again by another installation:$\r$\n$\r$\n\
      •  connections, settings and logs, in ${LEFT_BEHIND}$\r$\n\
      •  the key to them, in Windows' Credential Manager$\r$\n$\r$\n\
      To have a connection gone for good, press Cancel, and disconnect it first, in the window or with dtx disconnect NAME: that also takes it back at Salesforce. \
      Then delete the folder and the entry.$\r$\n$\r$\n\
      Close the window of ${NAME} before you go on. The background part finishes what is under way."
  !insertmacro Said "$Words" 0 130
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:&Remove"
  nsDialogs::Show
FunctionEnd
