#Requires -Version 5.1
# Ten minutes on a real Windows: what no test of ours can prove, a line a check. See windows.md beside this file.
# It uses a practice org on this computer, and the usual home, which has to be empty of connections.
param(
    [string] $Programs = "$env:LOCALAPPDATA\Programs\Datatrax Connect",
    [ValidateSet('first', 'after-login', 'other-user', 'msi')] [string] $Part = 'first',
    # For -Part other-user: the names that -Part first has written down.
    [string] $Pipe,
    [string] $Folder,
    # For -Part msi: the package, and one of a newer version if there is one.
    [string] $Package,
    [string] $Newer
)

$ErrorActionPreference = 'Stop'
if ($Part -eq 'msi') { $Programs = "$env:ProgramFiles\Datatrax Connect" }
$dtx = Join-Path $Programs 'dtx.exe'
$agent = Join-Path $Programs 'datatrax-agent.exe'
$window = Join-Path $Programs 'datatrax-connect.exe'
$result = Join-Path (Get-Location) "datatrax-windows-$Part.txt"
$own = [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
$usual = Join-Path $env:LOCALAPPDATA 'datatrax-connect'

function Write-Result([string] $line) {
    Write-Host $line
    Add-Content -Path $result -Value $line -Encoding UTF8
}

# A check returns nothing where all is well, and else says what is wrong.
function Test-Promise([string] $id, [string] $promise, [scriptblock] $check) {
    try { $wrong = & $check } catch { $wrong = "$_" }
    if ($wrong -eq 'not looked at') { Write-Result "skip  $id  $promise" }
    elseif ($wrong) { Write-Result "FAIL  $id  $promise  --  $wrong" }
    else { Write-Result "pass  $id  $promise" }
}

# What only a person sees. Enter alone means yes.
function Test-Sight([string] $id, [string] $question) {
    $said = Read-Host "`n$question`n[Enter] yes   [n] no   [s] I cannot tell"
    Test-Promise $id $question {
        if ($said -eq 's') { 'not looked at' }
        elseif ($said) { "the person says: $said $(Read-Host 'What do you see instead?')" }
    }
}

# Runs dtx, and returns its exit code and its output as bytes that were read as UTF-8.
function Invoke-Dtx([string] $arguments, [string] $typed = '') {
    $start = New-Object Diagnostics.ProcessStartInfo $dtx, $arguments
    $start.UseShellExecute = $false
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.StandardOutputEncoding = New-Object Text.UTF8Encoding $false, $true
    $start.StandardErrorEncoding = $start.StandardOutputEncoding
    $running = [Diagnostics.Process]::Start($start)
    $errors = $running.StandardError.ReadToEndAsync()
    if ($typed) { $running.StandardInput.Write("$typed`n") }
    $running.StandardInput.Close()
    $output = $running.StandardOutput.ReadToEnd()
    $running.WaitForExit()
    [pscustomobject] @{ Code = $running.ExitCode; Output = $output; Error = $errors.Result }
}

function Find-Pipe {
    $found = [IO.Directory]::GetFiles('\\.\pipe\') | Where-Object { $_ -like '*datatrax-connect-*' }
    @($found | ForEach-Object { $_ -replace '^.*\\', '' })
}

# Who has a right in an access list besides this user, the system and the administrators.
function Find-Others($list) {
    $usual = @($own, 'S-1-5-18', 'S-1-5-32-544')
    $rules = $list.GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier])
    ($rules | Where-Object { $usual -notcontains $_.IdentityReference.Value } | ForEach-Object { $_.IdentityReference.Value }) -join ', '
}

function Start-Agent {
    Start-Process $agent -ArgumentList 'agent'
    foreach ($second in 1..20) {
        Start-Sleep -Seconds 1
        if ((Invoke-Dtx 'agent status --json').Output -match '"running":\s*true') { return }
    }
    throw 'the agent does not answer'
}

function Test-First {
    if ((Invoke-Dtx 'list --json').Output -match '"alias"') { throw 'There are connections here. Use a Windows account that has none.' }
    $practice = Start-Process $dtx -ArgumentList 'practice', '--json' -PassThru -WindowStyle Hidden -RedirectStandardOutput "$env:TEMP\datatrax-practice.json"
    try {
        foreach ($second in 1..20) { Start-Sleep -Seconds 1; if ((Get-Item "$env:TEMP\datatrax-practice.json").Length) { break } }
        $org = Get-Content "$env:TEMP\datatrax-practice.json" -TotalCount 1 -Encoding UTF8 | ConvertFrom-Json
        Test-Words
        Test-SignIn $org
        Test-Agent
        Test-Network
        Test-Desktop
    }
    finally {
        Stop-Process $practice -ErrorAction SilentlyContinue
        Remove-Item "$env:TEMP\datatrax-practice.json" -ErrorAction SilentlyContinue
    }
    Write-Result "note  the pipe is $((Find-Pipe) -join ', ') and the folder $usual"
    Write-Host "`nNow log off and in again, and run this with -Part after-login. Then, from another account of this computer, run it with -Part other-user -Pipe NAME -Folder FOLDER, with the names in the last line."
}

function Test-Words {
    Test-Promise 'exit-codes' 'Wrong input is told by exit code 2, and nothing is printed for a script' {
        $wrong = Invoke-Dtx 'show nobody'
        if ($wrong.Code -ne 2 -or $wrong.Output) { "code $($wrong.Code), output $($wrong.Output)" }
    }
    Write-Host "`nThe next lines come from dtx itself."
    & $dtx guide --step org | Select-Object -First 12
    Test-Sight 'letters' 'Do quotation marks and dashes show as such, in cmd, in PowerShell and in Windows Terminal (try: dtx guide)?'
    Test-Sight 'ctrl-c' 'Open another console, run: dtx connect    then press Ctrl+C. Does it end at once, and say how to go on?'
}

function Test-SignIn($org) {
    $user = $org.users[1]
    Write-Host "`nThe browser opens now. Sign in as $($user.username) with the password $($user.password), and press Allow."
    $connected = Invoke-Dtx "connect $($org.address) --alias by-hand --key $($org.key) --secret-stdin --json" $org.secret
    Test-Promise 'sign-in' 'A sign-in in the usual browser comes back to dtx' { if ($connected.Code) { "code $($connected.Code): $($connected.Error)" } }
    Test-Promise 'credential' 'Credential Manager has the key, and no file has' {
        if (-not ((cmdkey /list) -match 'datatrax')) { 'cmdkey /list names nothing of ours' }
    }
    Test-Promise 'home-list' 'Nobody else may open the home' {
        $others = Find-Others (Get-Acl $usual)
        if ($others) { "so may $others" }
    }
    Test-Promise 'replace' 'Files are replaced 200 times while a scanner looks at new ones' {
        foreach ($time in 1..100) {
            foreach ($pair in @(@('by-hand', 'by-hand-2'), @('by-hand-2', 'by-hand'))) {
                $renamed = Invoke-Dtx "rename $($pair[0]) $($pair[1])"
                if ($renamed.Code) { return "at $time`: $($renamed.Error)" }
            }
        }
    }
    Test-Sight 'typed' 'Open another console, run: dtx connect    and go on to the Consumer Secret. Does nothing show while you type it? (Leave with Ctrl+C.)'
}

function Test-Agent {
    Start-Agent
    Test-Sight 'no-console' 'The agent has just been started. Did no console window open, not even for a moment?'
    Test-Promise 'pipe-list' 'The pipe is for this user alone' {
        $name = @(Find-Pipe)
        if ($name.Count -ne 1) { return "pipes: $($name -join ', ')" }
        $rights = [IO.Pipes.PipeAccessRights] 'ReadWrite, ReadPermissions'
        $end = New-Object IO.Pipes.NamedPipeClientStream '.', $name[0], $rights, 'None', 'Identification', 'None'
        $end.Connect(5000)
        try { $found = ($end.GetAccessControl()).GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier]) } finally { $end.Dispose() }
        $others = ($found | Where-Object { $_.IdentityReference.Value -ne $own } | ForEach-Object { $_.IdentityReference.Value }) -join ', '
        if ($others) { "it lets in $others" }
    }
    Test-Promise 'pipe-program' 'A program that is none of ours is turned away from the pipe without a word' {
        $end = New-Object IO.Pipes.NamedPipeClientStream '.', @(Find-Pipe)[0], 'InOut'
        $end.Connect(5000)
        try {
            $hello = [Text.Encoding]::UTF8.GetBytes('{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"version":"0.1.0"}}' + "`n")
            $heard = try { $end.Write($hello, 0, $hello.Length); $end.ReadByte() } catch { -1 }
        }
        finally { $end.Dispose() }
        if ($heard -ne -1) { 'it was answered' }
    }
    Test-Promise 'pipe-elevated' 'dtx with an administrator''s rights of the same user is let in (Windows asks whether it may have them)' {
        if (-not (whoami /groups | Select-String -SimpleMatch 'S-1-5-32-544')) { return 'not looked at' }
        try { $elevated = Start-Process $dtx -ArgumentList 'token', 'by-hand' -Verb RunAs -WindowStyle Hidden -PassThru -Wait } catch { return 'not looked at' }
        if ($elevated.ExitCode) { "code $($elevated.ExitCode)" }
    }
    Test-Promise 'pipe-first' 'Nobody serves the pipe beside the agent' {
        try { $beside = New-Object IO.Pipes.NamedPipeServerStream @(Find-Pipe)[0], 'InOut', 10 } catch { return }
        $beside.Dispose()
        'another program made one of the same name'
    }
    Test-Promise 'token' 'The agent hands out a token, and a second agent is refused' {
        $token = Invoke-Dtx 'token by-hand'
        $second = Invoke-Dtx 'agent'
        if ($token.Code -or $second.Code -ne 4) { "codes $($token.Code) and $($second.Code): $($token.Error) $($second.Error)" }
    }
    $name = @(Find-Pipe)[0]
    $stopped = Invoke-Dtx 'agent stop'
    Test-Promise 'stop' 'The agent ends when it is asked to' { if ($stopped.Code) { $stopped.Error } }
    Test-Promise 'pipe-foreign' 'To a pipe that another program made first nothing is said, and that program is named' {
        $foreign = New-Object IO.Pipes.NamedPipeServerStream $name, 'InOut', 10, 'Byte', 'Asynchronous'
        try {
            $heard = New-Object byte[] 64
            $came = $foreign.WaitForConnectionAsync()
            $list = Invoke-Dtx 'list'
            $said = if ($came.IsCompleted) { try { $foreign.Read($heard, 0, 64) } catch { 0 } } else { 0 }
            if ($said -or -not $list.Code) { "$said bytes were said, code $($list.Code)" }
        }
        finally { $foreign.Dispose() }
    }
}

function Test-Network {
    Test-Promise 'port-alone' 'No program takes the port of a sign-in as well' {
        $waiting = Start-Process $dtx -ArgumentList 'reconnect', 'by-hand', '--no-browser', '--json' -PassThru -WindowStyle Hidden
        try {
            foreach ($second in 1..20) {
                Start-Sleep -Seconds 1
                if (Get-NetTCPConnection -State Listen -LocalPort 17177 -ErrorAction SilentlyContinue) { break }
            }
            $other = New-Object Net.Sockets.Socket 'InterNetwork', 'Stream', 'Tcp'
            $other.SetSocketOption('Socket', 'ReuseAddress', $true)
            try { $other.Bind((New-Object Net.IPEndPoint ([Net.IPAddress]::Loopback), 17177)) } catch { return } finally { $other.Dispose() }
            'another program did'
        }
        finally { Stop-Process $waiting -ErrorAction SilentlyContinue }
    }
    Test-Sight 'net' 'In a company with a proxy by script or authorities of its own: does dtx check of a real org pass? (Else answer s.)'
}

function Test-Desktop {
    Test-Sight 'installed' 'Did the installer ask for no administrator, is Datatrax Connect in Settings > Apps, and does dtx answer in a new terminal?'
    Test-Sight 'web-view' 'On a computer that had no WebView2 Runtime before: did the installer fetch it? (Else answer s.)'
    Start-Process $window
    Test-Sight 'window' 'Does the window open with its page, without a white flash, and does it follow dark mode, text size and a contrast theme?'
    Test-Sight 'link' 'Press Win+R and enter  com.getdatatrax.connect://auth/salesforce/callback  . Does the open window come to the front, and no second one open?'
    Test-Sight 'tray' 'Is our icon in the taskbar, sharp, with a menu on the right button and the window on the left?'
    Test-Sight 'tray-again' 'End "Windows Explorer" in Task Manager by Restart. Does the icon come back?'
    Test-Sight 'toast' 'Choose Check in the menu of the icon. Does a notification come, by the name Datatrax Connect, and does a click on it open the window?'
    Test-Sight 'after-sleep' 'Send the computer to sleep and wake it. Is every connection fine in the window within a minute?'
    Test-Sight 'at-login' 'Switch on "Start at login" in the window. Does Settings > Apps > Startup show it, switched on?'
}

function Test-AfterLogin {
    Test-Promise 'after-login' 'The agent ended in order with the session, and was started at the login without a console' {
        if (-not ((Invoke-Dtx 'agent status --json').Output -match '"running":\s*true')) { return 'it does not run' }
        # The last agent is the one of this login. The one before it has to have ended in order, not a still earlier one.
        $log = @(Get-Content (Join-Path $usual 'logs\agent.log') | Where-Object { $_ -match 'the agent is ready|the agent has ended' })
        if ($log.Count -lt 2 -or $log[-1] -notmatch 'is ready' -or $log[-2] -notmatch 'has ended') { 'its log says nothing of an end before it began' }
    }
    Test-Sight 'at-login' 'Did no console window open at the login?'
    $gone = Invoke-Dtx 'disconnect by-hand'
    Test-Promise 'disconnect' 'What was connected is disconnected (its org is gone by now)' { if ($gone.Code -notin 0, 4) { $gone.Error } }
}

function Test-OtherUser {
    Test-Promise 'other-user' 'Another user of this computer reaches neither pipe nor home' {
        $end = New-Object IO.Pipes.NamedPipeClientStream '.', $Pipe, 'InOut'
        try { $end.Connect(3000); return 'the pipe let in another user' } catch [UnauthorizedAccessException] { } finally { $end.Dispose() }
        try { Get-ChildItem $Folder | Out-Null; return 'the home was read by another user' } catch { }
    }
}

# Windows Installer as software distribution runs it: by the system, in no person's session. Returns its exit code.
function Invoke-AsSystem([string] $arguments) {
    $does = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\msiexec.exe" -Argument $arguments
    Register-ScheduledTask 'datatrax-by-hand' -Action $does -User 'SYSTEM' -RunLevel Highest -Force | Out-Null
    try {
        Start-ScheduledTask 'datatrax-by-hand'
        # It has not run yet, or runs.
        do { Start-Sleep -Seconds 1; $code = (Get-ScheduledTaskInfo 'datatrax-by-hand').LastTaskResult } while ($code -in 267011, 267009)
        $code
    }
    finally { Unregister-ScheduledTask 'datatrax-by-hand' -Confirm:$false }
}

function Test-Package {
    $last = (Resolve-Path $Package).Path
    $here = "*$Programs*"
    $before = [Environment]::GetEnvironmentVariable('Path', 'Machine')
    Test-Promise 'msi' 'The system installs it for everybody: programs, links, PATH, and a shortcut with our name' {
        $code = Invoke-AsSystem "/i `"$last`" /qn"
        if ($code) { return "code $code" }
        $menu = (New-Object -ComObject Shell.Application).NameSpace("$env:ProgramData\Microsoft\Windows\Start Menu\Programs")
        $name = $menu.ParseName('Datatrax Connect.lnk').ExtendedProperty('System.AppUserModel.ID')
        $path = [Environment]::GetEnvironmentVariable('Path', 'Machine')
        $link = (Get-Item 'HKLM:\Software\Classes\com.getdatatrax.connect\shell\open\command').GetValue('')
        if ($name -ne 'com.getdatatrax.connect' -or $path -notlike $here -or $link -notlike $here) { "shortcut: $name, PATH: $path, links: $link" }
    }
    if (-not (Test-Path $dtx)) { return }
    Start-Agent
    Test-Promise 'msi-running' 'The system puts a newer one in its place: it asks for no restart, and the newer dtx knows the agent that goes on' {
        if (-not $Newer) { return 'not looked at' }
        $code = Invoke-AsSystem "/i `"$((Resolve-Path $Newer).Path)`" /qn"
        $status = Invoke-Dtx 'agent status --json'
        if ($code -or $status.Output -notmatch '"running":\s*true') { "code $code, then $($status.Output) $($status.Error)" }
    }
    Invoke-Dtx 'agent stop' | Out-Null
    if ($Newer) { $last = (Resolve-Path $Newer).Path }
    Test-Promise 'msi-gone' 'The system removes it: the programs are gone, the PATH is as it was, and what was made is there' {
        $code = Invoke-AsSystem "/x `"$last`" /qn"
        $path = [Environment]::GetEnvironmentVariable('Path', 'Machine')
        if ($code -or (Test-Path $Programs) -or $path -ne $before -or -not (Test-Path $usual)) { "code $code, programs $(Test-Path $Programs), PATH $path, made $(Test-Path $usual)" }
    }
}

Set-Content -Path $result -Value "Datatrax Connect on $((Get-CimInstance Win32_OperatingSystem).Caption) $([Environment]::OSVersion.Version), part $Part" -Encoding UTF8
if ($Part -notin 'other-user', 'msi') { Write-Result "note  $(& $dtx --version)" }
switch ($Part) {
    'first' { Test-First }
    'after-login' { Test-AfterLogin }
    'other-user' { Test-OtherUser }
    'msi' { Test-Package }
}
Write-Host "`nThe result is in $result. Please send that file back; it holds no secret."
